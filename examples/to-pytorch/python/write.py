"""python3 write.py FILE: an nn.LSTM with its first random weights, some input, and its outputs, for Unroll to read."""
import sys

import torch
from safetensors_file import save_file
from tagger import Tagger

torch.manual_seed(1)
sizes = {"vocabulary_size": 20, "embedding_size": 6, "hidden_size": 10, "tags": 5}
model = Tagger(**sizes)
ids = torch.randint(sizes["vocabulary_size"], (4, 9), dtype=torch.int32)
lengths = torch.tensor([9, 5, 7, 1], dtype=torch.int32)
scores = model(ids.long(), lengths.long())
save_file({**model.state_dict(), "ids": ids, "lengths": lengths, "scores": scores}, sys.argv[1])
