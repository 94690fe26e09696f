# web/fragment.mk - the files of the docs page and of the pages around answers, put into the program at build time
web_files = web/docs.html web/docs.css web/docs.js web/browse.css web/browse.js web/admin.css
EXTRA_DIST += $(web_files) web/embed
BUILT_SOURCES += web/assets.c
CLEANFILES += web/assets.c
nodist_libportico_a_SOURCES = web/assets.c

web/assets.c: $(web_files) web/embed
	$(AM_V_GEN)$(MKDIR_P) web && cd $(srcdir) && ./web/embed $(web_files) > $(abs_builddir)/$@.new && mv $(abs_builddir)/$@.new $(abs_builddir)/$@
