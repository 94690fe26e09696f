/* messages.h - what a client is told about a wrong field, each said once. The words are those of Django REST
 * framework (accounts-and-conventions.md section 9), since clients show them and compare them. */
#ifndef PORTICO_JSON_MESSAGES_H
#define PORTICO_JSON_MESSAGES_H

/* clang-format off */
#define MSG_REQUIRED      "This field is required."
#define MSG_REQUIRED_WITH "This field is required with %s."          /* ours */
#define MSG_NULL          "This field may not be null."
#define MSG_BLANK         "This field may not be blank."
#define MSG_UNKNOWN       "This field is not known."                 /* Django passes them over; ours */
#define MSG_NOT_TEXT      "Not a valid string."
#define MSG_TEXT_LONG     "Ensure this field has no more than %lld characters."
#define MSG_TEXT_SHORT    "Ensure this field has at least %lld characters."
#define MSG_NOT_INT       "A valid integer is required."
#define MSG_NOT_NUMBER    "A valid number is required."
#define MSG_DIGITS        "String value too large."                  /* more than 1000 characters for a number */
#define MSG_LOW           "Ensure this value is greater than or equal to %lld."
#define MSG_HIGH          "Ensure this value is less than or equal to %lld."
#define MSG_NOT_BOOL      "\"%.*s\" is not a valid boolean."
#define MSG_NOT_CHOICE    "\"%.*s\" is not a valid choice."
#define MSG_NOT_AT        "Datetime has wrong format. Use one of these formats instead: " \
                          "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
#define MSG_NOT_LIST      "Expected a list of items but got type \"%s\"."
#define MSG_LIST_LONG     "Ensure this field has no more than %lld elements."
#define MSG_LIST_SHORT    "Ensure this field has at least %lld elements."
#define MSG_NOT_OBJECT    "Invalid data. Expected a dictionary, but got %s."
#define MSG_NO_DATA       "No data provided"
#define MSG_NOT_LINK      "Incorrect type. Expected URL string, received %s."
#define MSG_NOT_JSON      "Value must be valid JSON."
/* clang-format on */

/* The field that messages about the body as a whole carry. */
#define FIELD_OF_NONE "non_field_errors"

#endif
