"""Kenpin in an AWS account: DynamoDB, S3 and SQS behind the ports."""
