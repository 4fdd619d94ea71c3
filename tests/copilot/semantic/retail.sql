-- A few rows for the tables of the TPC-DS example, as DuckDB has it.
ATTACH ':memory:' AS tpcds;
CREATE SCHEMA tpcds.public;
USE tpcds.public;
CREATE TABLE date_dim (d_date_sk INT, d_date DATE, d_year INT, d_quarter_name TEXT, d_month_name TEXT);
INSERT INTO date_dim VALUES
  (1, '2001-01-05', 2001, '2001Q1', 'January'), (2, '2001-07-01', 2001, '2001Q3', 'July'),
  (3, '2002-01-01', 2002, '2002Q1', 'January');
CREATE TABLE item (i_item_sk INT, i_item_id TEXT, i_item_desc TEXT, i_brand TEXT, i_category TEXT, i_current_price DOUBLE);
INSERT INTO item VALUES (1, 'I1', 'x', 'Acme', 'Toys', 1), (2, 'I2', 'y', 'Best', 'Food', 2);
CREATE TABLE customer (c_customer_sk INT, c_customer_id TEXT, c_first_name TEXT, c_last_name TEXT, c_email_address TEXT);
INSERT INTO customer VALUES
  (1, 'A', 'Al', 'Ash', 'a@x'), (2, 'B', 'Bo', 'Birch', 'b@x'), (3, 'C', 'Cy', 'Cedar', 'c@x'), (4, 'D', 'Di', 'Dill', 'd@x');
CREATE TABLE store
  (s_store_sk INT, s_store_id TEXT, s_store_name TEXT, s_city TEXT, s_state TEXT, s_number_employees INT);
CREATE TABLE store_sales
  (ss_sold_date_sk INT, ss_item_sk INT, ss_customer_sk INT, ss_store_sk INT, ss_ticket_number INT,
   ss_ext_sales_price DOUBLE);
