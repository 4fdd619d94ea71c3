# ruff: noqa: E501 - why: errors stand here as clients print them, on one line
"""Errors of the other systems as their clients print them: rule, category and object, each without a model."""

from __future__ import annotations

import pytest

from services.copilot.chat.intent import route
from services.copilot.diagnose.catalogue import CATEGORIES, catalogue
from services.copilot.diagnose.diagnosis import Question, diagnose

LINES = [
    (" *** Failure 2646 No more spool space in etl_batch.", "teradata.2646", "etl_batch"),
    (
        "[Teradata Database] [TeraJDBC 17.20] [Error 2644] [SQLState HY000] No more room in database DWH_STG.",
        "teradata.2644",
        "DWH_STG",
    ),
    (" *** Failure 3807 Object 'DWH.CUSTOMERS' does not exist.", "teradata.3807", "DWH.CUSTOMERS"),
    (
        "teradatasql.OperationalError: [Version 17] [Session 1] [Teradata Database] [Error 3523] The user does not have SELECT access to DWH.BILLING.",
        "teradata.3523",
        "DWH.BILLING",
    ),
    (" *** Failure 2631 Transaction ABORTed due to deadlock.", "teradata.2631", ""),
    ("TPT_INFRA: TPT12108: Output Schema does not match data from SELECT statement", "teradata.TPT12108", ""),
    ("EXPORT_OP: TPT10508: RDBMS error 3807: Object 'DWH.X1' does not exist.", "teradata.3807", "DWH.X1"),
    (" *** Failure 2801 Duplicate unique prime key error in DWH.ORDERS.", "teradata.2801", "DWH.ORDERS"),
    (" *** Failure 3810 Column/Parameter 'DWH.T.MSISDN' does not exist.", "teradata.3810", "DWH.T.MSISDN"),
    (" *** Failure 8017 The UserId, Password or Account is invalid.", "teradata.8017", ""),
    ("[Teradata Database] [Error 3610] Internal error: Please do not resubmit the last request.", "teradata.3610", ""),
    (
        "SAP DBTech JDBC: [259]: invalid table name:  Could not find table/view BILLING_DOC in schema SAPABAP1: line 1 col 15",
        "sap_hana.259",
        "BILLING_DOC",
    ),
    ("SAP DBTech JDBC: [258]: insufficient privilege: Not authorized", "sap_hana.258", ""),
    ("hdbcli.dbapi.Error: (260, 'invalid column name: KUNNRX: line 1 col 8 (at pos 7)')", "sap_hana.260", "KUNNRX"),
    (
        "SAP DBTech JDBC: [301]: unique constraint violated: Table(SALES), Index(_SYS_TREE_CS_#1)",
        "sap_hana.301",
        "SALES",
    ),
    ("SAP DBTech JDBC: [131]: transaction rolled back by lock wait timeout", "sap_hana.131", ""),
    ("SAP DBTech JDBC: [4]: cannot allocate enough memory", "sap_hana.4", ""),
    (
        "snowflake.connector.errors.ProgrammingError: 002003 (42S02): SQL compilation error:\nObject 'DWH.PUBLIC.ORDERS' does not exist or not authorized.",
        "snowflake.002003",
        "DWH.PUBLIC.ORDERS",
    ),
    ("000606 (57P03): No active warehouse selected in the current session.", "snowflake.000606", ""),
    (
        "snowflake.connector.errors.DatabaseError: 250001 (08001): Failed to connect to DB: acme.snowflakecomputing.com:443.",
        "snowflake.250001",
        "",
    ),
    ("snowflake: 390100 (08004): Incorrect username or password was specified.", "snowflake.390100", ""),
    ("SQL compilation error: error line 1 at position 7\ninvalid identifier 'MSISDNX'", "snowflake.000904", "MSISDNX"),
    ("100038 (22018): Numeric value 'abc' is not recognized", "snowflake.100038", ""),
    ("Msg 208, Level 16, State 1, Line 1\nInvalid object name 'dbo.Customers'.", "mssql.208", "dbo.Customers"),
    (
        "pyodbc.ProgrammingError: ('42S22', \"[42S22] [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Invalid column name 'Emial'. (207) (SQLExecDirectW)\")",
        "mssql.207",
        "Emial",
    ),
    (
        "Msg 1205, Level 13: Transaction (Process ID 55) was deadlocked on lock resources with another process and has been chosen as the deadlock victim.",
        "mssql.1205",
        "",
    ),
    ("Login failed for user 'etl_svc'. (18456)", "mssql.18456", "etl_svc"),
    (
        "Violation of PRIMARY KEY constraint 'PK_Orders'. Cannot insert duplicate key in object 'dbo.Orders'. The duplicate key value is (7).",
        "mssql.2627",
        "PK_Orders",
    ),
    ("Msg 8152, Level 16: String or binary data would be truncated.", "mssql.8152", ""),
    ("The transaction log for database 'Staging' is full due to 'LOG_BACKUP'.", "mssql.9002", "Staging"),
    ("ORA-00001: unique constraint (CRM.PK_CUSTOMER) violated", "oracle.00001", "CRM.PK_CUSTOMER"),
    ('ORA-00942: table or view "CRM"."ORDERS" does not exist', "oracle.00942", ""),
    ("cx_Oracle.DatabaseError: ORA-01017: invalid username/password; logon denied", "oracle.01017", ""),
    (
        'ORA-01555: snapshot too old: rollback segment number 9 with name "_SYSSMU9" too small',
        "oracle.01555",
        "_SYSSMU9",
    ),
    ("ORA-12541: TNS:no listener", "oracle.12541", ""),
    ("ORA-01653: unable to extend table CRM.CDR by 8192 in tablespace USERS", "oracle.01653", "CRM.CDR"),
    ("ORA-00054: resource busy and acquire with NOWAIT specified or timeout expired", "oracle.00054", ""),
    ('ORA-00904: "MSISDNX": invalid identifier', "oracle.00904", "MSISDNX"),
    ("ORA-06512: at line 1\nORA-01722: invalid number", "oracle.01722", ""),
    (
        "org.apache.kafka.common.errors.TimeoutException: Topic cdr-raw not present in metadata after 60000 ms.",
        "kafka.TimeoutException",
        "cdr-raw",
    ),
    (
        "org.apache.kafka.clients.consumer.OffsetOutOfRangeException: Fetch position FetchPosition{offset=5} is out of range for partition cdr-raw-0",
        "kafka.OffsetOutOfRangeException",
        "cdr-raw-0",
    ),
    (
        "org.apache.kafka.common.errors.RecordTooLargeException: The message is 2097152 bytes when serialized which is larger than 1048576",
        "kafka.RecordTooLargeException",
        "",
    ),
    (
        "org.apache.kafka.common.errors.TopicAuthorizationException: Not authorized to access topics: [billing]",
        "kafka.TopicAuthorizationException",
        "billing",
    ),
    ("java.lang.OutOfMemoryError: Java heap space at org.apache.spark.util", "spark.OutOfMemoryError", ""),
    (
        "org.apache.spark.shuffle.FetchFailedException: Failed to connect to worker-3/10.0.0.3:7337",
        "spark.FetchFailedException",
        "worker-3/10.0.0.3:7337",
    ),
    (
        "pyspark.errors.exceptions.captured.AnalysisException: [TABLE_OR_VIEW_NOT_FOUND] The table or view `silver`.`cdr` cannot be found. SQLSTATE: 42P01",
        "spark.TABLE_OR_VIEW_NOT_FOUND",
        "silver.cdr",
    ),
    (
        "AnalysisException: [UNRESOLVED_COLUMN.WITH_SUGGESTION] A column or function parameter with name `msisdnx` cannot be resolved. org.apache.spark",
        "spark.UNRESOLVED_COLUMN",
        "msisdnx",
    ),
    (
        "io.delta.exceptions.ConcurrentAppendException: Files were added to partition [day=1] by a concurrent update.",
        "databricks.DELTA_CONCURRENT_APPEND",
        "",
    ),
    ("socket.gaierror: [Errno -2] Name or service not known", "generic.dns", ""),
    ("ConnectionRefusedError: [Errno 111] Connection refused", "generic.refused", ""),
    (
        "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate",
        "generic.tls_trust",
        "",
    ),
    (
        "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://api.example.com/x",
        "generic.http_401",
        "",
    ),
    ("ModuleNotFoundError: No module named 'pyarrow'", "generic.python_import", "pyarrow"),
    (
        "FileNotFoundError: [Errno 2] No such file or directory: '/data/in/cdr.csv'",
        "generic.file_missing",
        "/data/in/cdr.csv",
    ),
    (
        "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xb9 in position 10: invalid start byte",
        "generic.encoding",
        "utf-8",
    ),
    (
        "java.lang.ClassNotFoundException: com.teradata.jdbc.TeraDriver",
        "generic.java_class",
        "com.teradata.jdbc.TeraDriver",
    ),
    ('BŁĄD:  relacja "sprzedaz.klienci" nie istnieje', "postgresql.42P01", "sprzedaz.klienci"),
    (
        'BŁĄD:  podwójna wartość klucza narusza ograniczenie unikalności "klienci_pkey"',
        "postgresql.23505",
        "klienci_pkey",
    ),
]


@pytest.mark.parametrize(
    ("line", "rule", "concerned"), LINES, ids=[f"{row[1]}-{number}" for number, row in enumerate(LINES)]
)
def test_known_errors_are_told(line, rule, concerned):
    made = diagnose(Question(line))
    known = {each.id: each for each in catalogue().rules}[rule]
    assert (made.rule, made.category, made.object) == (rule, known.category, concerned)


def test_the_rows_are_as_many_as_asked_for():
    assert len([row for row in LINES if not row[1].startswith("postgresql")]) >= 40
    assert {rule.category for rule in catalogue().rules} == set(CATEGORIES) - {"unknown"}


@pytest.mark.parametrize(
    "system", [key for key in catalogue().systems if key not in ("", "postgresql", "kafka", "spark", "databricks")]
)
def test_every_number_is_found_by_its_system(system):
    wrong = [
        rule.id
        for rule in catalogue().systems[system].rules.values()
        if not rule.consequence and diagnose(Question(rule.code, system=system)).rule != rule.id
    ]
    assert wrong == []


def test_error_lines_are_routed_to_diagnosis():
    missed = [line for line, _, _ in LINES if route(line).intent != "diagnose"]
    assert len(missed) <= 0.05 * len(LINES), missed
