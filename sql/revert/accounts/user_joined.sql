-- Revert portico:accounts/user_joined from mysql

DROP INDEX IF EXISTS account_user_joined ON account_user;
