-- The engines keep the recent window of each dialogue in a database of their own, which needs no backup.
create database msb_engine encoding 'UTF8' locale 'C' template template0;
