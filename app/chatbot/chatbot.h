/* chatbot.h - the door of the chatbot app: conversations in front of a Rasa server, or of the built-in responder. */
#ifndef PORTICO_CHATBOT_CHATBOT_H
#define PORTICO_CHATBOT_CHATBOT_H

#include "lib/base/app.h"

extern const struct app chatbot_app;

#endif
