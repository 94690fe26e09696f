-- Revert portico:web/idempotency from mysql

DROP TABLE IF EXISTS web_idempotency;
