# tls/fragment.mk - programs for the certificates and the TLS of either web server
dist_sbin_SCRIPTS = tls/portico-tls-check
nodist_sbin_SCRIPTS = tls/portico-certificate tls/portico-deploy-hook
EXTRA_DIST += tls/portico-certificate.in tls/portico-deploy-hook.in
CLEANFILES += tls/portico-certificate tls/portico-deploy-hook

tls/portico-certificate: $(srcdir)/tls/portico-certificate.in Makefile
	$(AM_V_GEN)$(MKDIR_P) tls && $(FILL_IN) $(srcdir)/tls/portico-certificate.in >$@.new && chmod +x $@.new && mv $@.new $@

tls/portico-deploy-hook: $(srcdir)/tls/portico-deploy-hook.in Makefile
	$(AM_V_GEN)$(MKDIR_P) tls && $(FILL_IN) $(srcdir)/tls/portico-deploy-hook.in >$@.new && chmod +x $@.new && mv $@.new $@
