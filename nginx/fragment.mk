# nginx/fragment.mk - the file a site includes, filled in with the installed paths
nginxdir = $(pkgdatadir)/nginx
nodist_nginx_DATA = nginx/portico.conf nginx/portico-site.conf nginx/portico-tls.conf
dist_nginx_DATA = nginx/portico-request.conf nginx/portico-headers.conf nginx/portico-limits.conf
EXTRA_DIST += nginx/portico.conf.in nginx/portico-site.conf.in nginx/portico-tls.conf.in
CLEANFILES += $(nodist_nginx_DATA)

# also used for apache/
FILL_IN = $(SED) -e 's|@''socket@|$(runstatedir)/portico/portico.sock|g' \
	-e 's|@''program@|$(libexecdir)/portico.fcgi|g' \
	-e 's|@''config@|$(sitedir)/portico.ini|g' \
	-e 's|@''rundir@|$(runstatedir)/portico|g' \
	-e 's|@''sharedir@|$(pkgdatadir)|g' \
	-e 's|@''certificates@|$(sitedir)/tls|g' \
	-e 's|@''webroot@|$(localstatedir)/www/portico|g' \
	-e 's|@''groups@|$(TLS_GROUPS)|g'

nginx/portico.conf: $(srcdir)/nginx/portico.conf.in Makefile
	$(AM_V_GEN)$(MKDIR_P) nginx && $(FILL_IN) $(srcdir)/nginx/portico.conf.in >$@.new && mv $@.new $@

nginx/portico-site.conf: $(srcdir)/nginx/portico-site.conf.in Makefile
	$(AM_V_GEN)$(MKDIR_P) nginx && $(FILL_IN) $(srcdir)/nginx/portico-site.conf.in >$@.new && mv $@.new $@

nginx/portico-tls.conf: $(srcdir)/nginx/portico-tls.conf.in Makefile
	$(AM_V_GEN)$(MKDIR_P) nginx && $(FILL_IN) $(srcdir)/nginx/portico-tls.conf.in >$@.new && mv $@.new $@

# programs for the certificates and the TLS of either web server, Apache too
dist_sbin_SCRIPTS = nginx/portico-tls-check
nodist_sbin_SCRIPTS = nginx/portico-certificate nginx/portico-deploy-hook
EXTRA_DIST += nginx/portico-certificate.in nginx/portico-deploy-hook.in
CLEANFILES += nginx/portico-certificate nginx/portico-deploy-hook

nginx/portico-certificate: $(srcdir)/nginx/portico-certificate.in Makefile
	$(AM_V_GEN)$(MKDIR_P) nginx && $(FILL_IN) $(srcdir)/nginx/portico-certificate.in >$@.new && chmod +x $@.new && mv $@.new $@

nginx/portico-deploy-hook: $(srcdir)/nginx/portico-deploy-hook.in Makefile
	$(AM_V_GEN)$(MKDIR_P) nginx && $(FILL_IN) $(srcdir)/nginx/portico-deploy-hook.in >$@.new && chmod +x $@.new && mv $@.new $@
