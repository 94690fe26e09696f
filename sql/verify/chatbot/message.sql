-- Verify portico:chatbot/message on mysql

SELECT id, conversation_id, state, content, rich, at, received_at, question_hash, reference, failures, failed_at
  FROM chatbot_message FORCE INDEX (chatbot_message_question, chatbot_message_answer, chatbot_message_conversation, chatbot_message_waiting)
 WHERE FALSE;
