-- Run once, on an empty volume: the memory has an owner that is no superuser.
\getenv password DATABASE_PASSWORD
CREATE ROLE jarvis LOGIN PASSWORD :'password';
CREATE DATABASE jarvis OWNER jarvis TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE jarvis FROM PUBLIC;
