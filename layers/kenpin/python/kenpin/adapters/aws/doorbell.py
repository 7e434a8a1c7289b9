"""The doorbell on AWS is the table's own stream, so ringing does nothing."""


class StreamDoorbell:
    def ring(self, stream: str) -> None:
        """Do nothing: DynamoDB notifies the readers of every append."""
