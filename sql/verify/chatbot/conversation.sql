-- Verify portico:chatbot/conversation on mysql

SELECT id, userid, state, holder, held_until, created_at FROM chatbot_conversation WHERE FALSE;
