CREATE TABLE patients (patient_id serial PRIMARY KEY, full_name text NOT NULL, birth_date date, sex char(1), weight_kg numeric(5,1), allergies text[], profile jsonb, ward_id int);
CREATE TABLE wards (ward_id int PRIMARY KEY, ward_name varchar(40), floor smallint, opened time, capacity int);
CREATE TABLE visits (visit_id bigint PRIMARY KEY, patient_id int, doctor_id int, started timestamptz, ended timestamptz, cost numeric(12,2), diagnosis text, is_emergency boolean, payload json);
CREATE TABLE doctors (doctor_id int PRIMARY KEY, full_name text, specialty text, boss_id int, hired date, salary money, rating real);
CREATE TABLE readings (sensor uuid, at timestamp, value double precision, flags bit(8), raw bytea, ip inet, span tstzrange, took interval);
CREATE SCHEMA lab;
CREATE TABLE lab.results (result_id int, patient_id int, code text, "Value" numeric, unit text, done_at date, PRIMARY KEY (result_id));
