"""Adapters for AWS: DynamoDB, S3, SQS and KMS."""
