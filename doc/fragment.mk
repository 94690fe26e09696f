# doc/fragment.mk - manual pages, the admin's pages, and those made from the program's tables.
dist_man_MANS += doc/portico.1 doc/porticod.8 doc/portico.fcgi.8
dist_doc_DATA = README.md COPYING \
	doc/install.md doc/front-servers.md doc/migrations.md doc/backup.md doc/performance.md doc/troubleshooting.md doc/accounts.md doc/admin.md doc/chatbot.md doc/facility.md doc/occupancy.md
nodist_doc_DATA = doc/settings.md doc/commands.md doc/openapi.json
CLEANFILES += $(nodist_doc_DATA)

# the program describes itself: settings, commands and routes cannot drift from the code
DESCRIBE = PORTICO_CONFIG= ./portico
doc/settings.md: portico$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) doc && $(DESCRIBE) settings --markdown >$@.new && mv $@.new $@
doc/commands.md: portico$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) doc && $(DESCRIBE) commands >$@.new && mv $@.new $@
doc/openapi.json: portico$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) doc && $(DESCRIBE) openapi >$@.new && mv $@.new $@
