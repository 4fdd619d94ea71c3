CREATE TABLE customers (id INT, name VARCHAR(30), city VARCHAR(30), vip BOOLEAN, signup DATE, email VARCHAR(50));
INSERT INTO customers VALUES (1,'Anna Nowak','Warszawa',true,'2023-01-15','anna@x.pl'),(2,'Bob Smith','Krakow',false,'2023-06-30','bob@y.com'),(3,'Carl Berg','Warszawa',false,'2024-02-29',NULL),(4,'Dana Lis',NULL,NULL,'2024-12-31','dana@x.pl');
CREATE TABLE orders (id INT, customer_id INT, ordered_at TIMESTAMP, amount DECIMAL(10,2), status VARCHAR(10), qty INT);
INSERT INTO orders VALUES (1,1,'2024-01-05 10:15:30',100.00,'paid',2),(2,1,'2024-01-20 23:59:59',50.50,'open',1),(3,2,'2024-02-10 08:00:00',200.00,'paid',5),(4,2,'2024-03-31 12:30:00',NULL,'void',0),(5,3,'2024-03-31 00:00:00',75.25,'paid',3),(6,3,'2024-04-01 06:45:10',200.00,'open',7);
CREATE TABLE employees (id INT, name VARCHAR(20), manager_id INT, dept VARCHAR(10), salary INT, hired DATE);
INSERT INTO employees VALUES (1,'Eva',NULL,'HQ',1000,'2015-05-01'),(2,'Filip',1,'IT',700,'2018-03-12'),(3,'Gosia',1,'HR',700,'2019-11-30'),(4,'Hans',2,'IT',500,'2020-02-29'),(5,'Iga',2,'IT',550,'2021-07-07');
CREATE TABLE events (id INT, payload JSON, tags VARCHAR(50));
INSERT INTO events VALUES (1,'{"user":{"name":"ann","age":31},"items":[{"sku":"a","n":2},{"sku":"b","n":1}]}','x,y,z'),(2,'{"user":{"name":"bob"},"items":[]}','q');
