"""Segmentation: a classifier of patches, learnt from masks, boxes and image labels together."""
