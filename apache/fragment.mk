# apache/fragment.mk - the files a site includes, filled in with the installed paths
apachedir = $(pkgdatadir)/apache
nodist_apache_DATA = apache/portico-proxy-fcgi.conf apache/portico-fcgid.conf apache/portico-site.conf apache/portico-tls.conf
dist_apache_DATA = apache/portico-headers.conf apache/portico-limits.conf \
	apache/portico-413.json apache/portico-500.json apache/portico-503.json \
	apache/portico-space-413.json apache/portico-space-503.json
EXTRA_DIST += apache/portico-proxy-fcgi.conf.in apache/portico-fcgid.conf.in apache/portico-site.conf.in apache/portico-tls.conf.in
CLEANFILES += $(nodist_apache_DATA)

apache/portico-proxy-fcgi.conf: $(srcdir)/apache/portico-proxy-fcgi.conf.in Makefile
	$(AM_V_GEN)$(MKDIR_P) apache && $(FILL_IN) $(srcdir)/apache/portico-proxy-fcgi.conf.in >$@.new && mv $@.new $@

apache/portico-fcgid.conf: $(srcdir)/apache/portico-fcgid.conf.in Makefile
	$(AM_V_GEN)$(MKDIR_P) apache && $(FILL_IN) $(srcdir)/apache/portico-fcgid.conf.in >$@.new && mv $@.new $@

apache/portico-site.conf: $(srcdir)/apache/portico-site.conf.in Makefile
	$(AM_V_GEN)$(MKDIR_P) apache && $(FILL_IN) $(srcdir)/apache/portico-site.conf.in >$@.new && mv $@.new $@

apache/portico-tls.conf: $(srcdir)/apache/portico-tls.conf.in Makefile
	$(AM_V_GEN)$(MKDIR_P) apache && $(FILL_IN) $(srcdir)/apache/portico-tls.conf.in >$@.new && mv $@.new $@
