# app/chatbot/fragment.mk - the chatbot app.
libapps_a_SOURCES += \
	app/chatbot/app.c app/chatbot/chatbot.h app/chatbot/conf.h \
	app/chatbot/routes.c app/chatbot/handle.h app/chatbot/access.c \
	app/chatbot/shapes.c app/chatbot/shapes.h \
	app/chatbot/problems.c app/chatbot/problems.h \
	app/chatbot/handle_message.c app/chatbot/handle_conversation.c \
	app/chatbot/conversation.c app/chatbot/conversation.h \
	app/chatbot/store.h app/chatbot/store_conversation.c app/chatbot/store_message.c \
	app/chatbot/client.h app/chatbot/client_rasa.c \
	app/chatbot/utterance.c app/chatbot/utterance.h \
	app/chatbot/dialogue.c app/chatbot/dialogue.h \
	app/chatbot/answer.c app/chatbot/answer.h app/chatbot/jobs.c app/chatbot/jobs.h \
	app/chatbot/models.c app/chatbot/models.h \
	app/chatbot/python_list.c app/chatbot/python_list.h \
	app/chatbot/command.h app/chatbot/commands.c app/chatbot/command_conversation.c app/chatbot/command_import.c

UNIT_TESTS += tests/unit/test_chatbot_dialogue tests/unit/test_chatbot_texts
tests_unit_test_chatbot_dialogue_LDADD = $(PORTICO_LIBS) $(CMOCKA_LIBS)
tests_unit_test_chatbot_texts_LDADD = $(PORTICO_LIBS) $(CMOCKA_LIBS)
STORE_TESTS += tests/store/test_chatbot
tests_store_test_chatbot_LDADD = $(STORE_LIBS)
