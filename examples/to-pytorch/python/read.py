"""python3 read.py FILE: weights that Unroll has written, in nn.LSTM. Prints how far its outputs lie from those in the file."""
import sys

import torch
from safetensors_file import load_file
from tagger import Tagger

tensors = load_file(sys.argv[1])
ids, lengths, scores = tensors.pop("ids"), tensors.pop("lengths"), tensors.pop("scores")
vocabulary_size, embedding_size = tensors["embedding.weight"].shape
tags, both = tensors["read_out.weight"].shape
model = Tagger(vocabulary_size, embedding_size, both // 2, tags)
model.load_state_dict(tensors)
with torch.no_grad():
    differences = (model(ids.long(), lengths.long()) - scores).abs()
# What stands behind the end of a sequence is padding.
seen = torch.arange(ids.shape[1]) < lengths[:, None]
print(differences[seen].max().item())
