# app/admin/fragment.mk - what app/admin adds to Makefile.am
