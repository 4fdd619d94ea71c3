from dataflow.access.v1 import access_pb2 as _access_pb2
from dataflow.common.v1 import http_content_pb2 as _http_content_pb2
from dataflow.migration.v1 import batch_pb2 as _batch_pb2
from dataflow.migration.v1 import compare_pb2 as _compare_pb2
from dataflow.migration.v1 import job_pb2 as _job_pb2
from dataflow.migration.v1 import report_pb2 as _report_pb2
from dataflow.migration.v1 import upload_pb2 as _upload_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import httpbody_pb2 as _httpbody_pb2
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor
