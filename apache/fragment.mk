# apache/fragment.mk - the files a site includes, filled in with the installed paths
apachedir = $(pkgdatadir)/apache
nodist_apache_DATA = apache/portico-proxy-fcgi.conf apache/portico-fcgid.conf
dist_apache_DATA = apache/portico-413.json apache/portico-500.json apache/portico-503.json \
	apache/portico-space-413.json apache/portico-space-503.json
EXTRA_DIST += apache/portico-proxy-fcgi.conf.in apache/portico-fcgid.conf.in
CLEANFILES += apache/portico-proxy-fcgi.conf apache/portico-fcgid.conf

apache/portico-proxy-fcgi.conf: $(srcdir)/apache/portico-proxy-fcgi.conf.in Makefile
	$(AM_V_GEN)$(MKDIR_P) apache && $(FILL_IN) $(srcdir)/apache/portico-proxy-fcgi.conf.in >$@.new && mv $@.new $@

apache/portico-fcgid.conf: $(srcdir)/apache/portico-fcgid.conf.in Makefile
	$(AM_V_GEN)$(MKDIR_P) apache && $(FILL_IN) $(srcdir)/apache/portico-fcgid.conf.in >$@.new && mv $@.new $@
