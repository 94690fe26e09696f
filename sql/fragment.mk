# sql/fragment.mk - what sql adds to Makefile.am: the Sqitch project, installed as it stands
sqldir = $(pkgdatadir)/sql
dist_sql_DATA = sql/README.md sql/schema.sql sql/sqitch.conf sql/sqitch.plan
dist_sql_SCRIPTS = sql/client sql/dump-schema
EXTRA_DIST += sql/deploy sql/revert sql/verify

# whole folders, so that no list of files is kept beside sqitch.plan
install-data-local: install-sql
install-sql:
	for folder in deploy revert verify; do \
		(cd $(srcdir)/sql && find $$folder -name '*.sql') | while read -r file; do \
			$(MKDIR_P) "$(DESTDIR)$(sqldir)/$${file%/*}" && \
			$(INSTALL_DATA) "$(srcdir)/sql/$$file" "$(DESTDIR)$(sqldir)/$$file" || exit 1; \
		done || exit 1; \
	done
uninstall-local: uninstall-sql
uninstall-sql:
	cd "$(DESTDIR)$(sqldir)" && rm -rf deploy revert verify
.PHONY: install-sql uninstall-sql
