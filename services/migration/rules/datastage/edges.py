"""Kinds of stages whose far end lies outside the job, by what they reach. Source: the connectivity guide of each."""

from __future__ import annotations

from collections.abc import Mapping

from services.migration.rules.datastage.outside import Outside

__all__ = ["EDGES"]

CLASS = Outside("the Java class", ("UserClassName", "TransformerClassName", "ClassName", "user_class_name"))
PROGRAM = Outside("the program", ("source", "sourcelist", "destination", "destinationlist", "command", "Command"))
OPERATOR = Outside("the operator", ("name", "operator", "Operator"))
PROCEDURE = Outside("the stored procedure", ("ProcedureName", "ProcName", "Procedure", "PROCNAME"))
PUBLISHED = Outside("the service that the job is published as")
QUEUE = Outside("the queue", ("QueueName", "Queue", "queue_name", "DestinationName", "Subscription"))
FOLDER = Outside("the folder", ("FolderPathname", "Directory", "FolderName"))
SAS = Outside("the SAS data set", ("file", "dataset", "FileName"))
TODO_SERVICE = "Fetch the answers in a step of their own, keyed by what is asked, and join them."
SERVICE = Outside(
    "the web service",
    ("Address", "URL", "EndpointURL", "WSDL", "ServiceName"),
    "http",
    "path",
    TODO_SERVICE,
    "what it answers is known only to it",
)
TOPIC = Outside("the topic", ("TopicName", "Topic", "topic_name"), "kafka", "topic")
NAMES_OF_FILES = ("FileName", "file", "File", "ObjectName", "uri", "URI", "RemoteFileName", "FilePath", "file_name")
TODO_XML = "Parse or build the XML in a step of its own, by the schema that the library keeps."
SHAPED = "What its columns are taken from stands in a form of its own; describe the file by hand."


LIBRARY = "it does so by a schema that is kept in a library outside the job"
XML = Outside("the XML assembly", NAMES_OF_FILES, "xml", "path", TODO_XML, LIBRARY)


def _file(connector: str, what: str) -> Outside:
    return Outside(what, NAMES_OF_FILES, connector, "path", SHAPED)


def _object(connector: str, what: str) -> Outside:
    return Outside(what, ("TableName", "ObjectName", "SObject", "CollectionName", "Table"), connector, "table")


EDGES: Mapping[str, Outside] = {
    **dict.fromkeys(("JavaStagePX", "JClientPX", "JTransformerPX", "JavaClientPX", "JavaTransformerPX"), CLASS),
    **dict.fromkeys(("PxExternalSource", "PxExternalTarget", "CCommandStage", "COMMAND"), PROGRAM),
    **dict.fromkeys(("PxGeneric", "PxWrapped"), OPERATOR),
    **dict.fromkeys(("STPPX", "STP", "CSTPStage"), PROCEDURE),
    **dict.fromkeys(
        ("RTIInputPX", "RTIOutputPX", "ISDInputPX", "ISDOutputPX", "WISDInputPX", "WISDOutputPX"), PUBLISHED
    ),
    **dict.fromkeys(
        ("WebSphereMQConnectorPX", "WSMQPX", "MQSeriesPX", "JMSConnectorPX", "MSMQPX", "GooglePubSubPX"), QUEUE
    ),
    **dict.fromkeys(("FOLDER", "Folder", "CFolderStage"), FOLDER),
    **dict.fromkeys(("PxSASData", "PxSASDataSet", "PxParallelSASDataSet"), SAS),
    **dict.fromkeys(
        ("WSClientPX", "WSTransformerPX", "WebServicesClientPX", "WebServicesTransformerPX", "RESTStagePX", "PxRest"),
        SERVICE,
    ),
    "KafkaConnectorPX": TOPIC,
    **dict.fromkeys(("XMLStagePX", "XMLInputPX", "XMLOutputPX", "XMLTransformerPX"), XML),
    **dict.fromkeys(("XMLInput", "XMLOutput", "PxXMLInput", "PxXMLOutput"), XML),
    "FileConnectorPX": _file("csv", "the file"),
    **dict.fromkeys(("PxCFF", "PxComplexFlatFile", "CCFFStage"), _file("vsam", "the complex flat file")),
    "UnstructuredDataPX": _file("excel", "the workbook"),
    **dict.fromkeys(("AmazonS3PX", "S3ConnectorPX", "AmazonS3ConnectorPX", "cloudobjectstoragePX"), _file(
        "s3", "the object")),
    **dict.fromkeys(("AzureDatalakePX", "AzureDataLakeConnectorPX"), _file("adls", "the file")),
    **dict.fromkeys(("AzureStoragePX", "AzureStorageConnectorPX"), _file("azure_blob", "the blob")),
    **dict.fromkeys(("GoogleCloudStoragePX", "GCSConnectorPX"), _file("gcs", "the object")),
    **dict.fromkeys(("BDFSPX", "PxBigDataFile", "BDFSConnectorPX"), _file("hdfs", "the file")),
    **dict.fromkeys(("PxFTP", "FTPPX", "FTPPlugin", "CFTPStage", "FTP"), _file("sftp", "the file")),
    **dict.fromkeys(
        ("SALESFORCEJCConnectorPX", "SalesforcePX", "SFDCPX"), _object("salesforce", "the Salesforce object")
    ),
    **dict.fromkeys(("PxBapi", "BAPIPX", "IDOCExtractPX", "IDOCLoadPX", "ABAPExtractPX"), _object(
        "sap_erp", "the SAP interface")),
    **dict.fromkeys(("BWLoadPX", "BWOpenHubPX"), _object("sap_bw", "the SAP BW object")),
    **dict.fromkeys(("MongoDBConnectorPX", "MongoDBPX"), _object("mongodb", "the collection")),
    **dict.fromkeys(("CassandraConnectorPX", "HBaseConnectorPX"), _object("jdbc", "the table")),
}  # fmt: skip
"""Kind → what it reaches."""
