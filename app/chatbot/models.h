/* models.h - what the administration shows of conversations. */
#ifndef PORTICO_CHATBOT_MODELS_H
#define PORTICO_CHATBOT_MODELS_H

#include "lib/web/admin.h"

extern const struct admin_model chatbot_models[];

#endif
