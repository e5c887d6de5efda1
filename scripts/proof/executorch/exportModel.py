"""Exports the speaking model of a recipe to a .pte, by ExecuTorch's own exporter for language models.

usage: exportModel.py RECIPE OUTPUT CONTEXT_TOKENS MAX_SEQ_TOKENS

Each piece of the sentence is a state, and so is "anything else". A token's embedding is a 1 in its
state's place; the output matrix holds a large weight where a state meets the piece that follows it.
The norms before the layer are zero, so that whatever its other weights are, it adds nothing: it is
there for its attention and its key/value cache, which a real model has.
"""

import json
import os
import sys
import tempfile

import torch
from executorch.examples.models.llama.export_llama_lib import export_llama
from executorch.extension.llm.export.config.llm_config import (
    BackendConfig,
    BaseConfig,
    ExportConfig,
    LlmConfig,
    ModelConfig,
    ModelType,
    XNNPackConfig,
)

# Exact in every precision: the model says the same whatever a backend computes in.
CERTAIN = 32.0
WIDTH = 32


def weights(recipe):
    pieces, vocabulary = recipe["pieceIds"], recipe["vocabularySize"]
    assert len(pieces) < WIDTH, "the sentence is longer than the model is wide"
    embedding = torch.zeros(vocabulary, WIDTH)
    embedding[:, 0] = 1
    for state, token in enumerate(pieces, start=1):
        embedding[token] = torch.eye(WIDTH)[state]
    output = torch.zeros(vocabulary, WIDTH)
    for state, token in enumerate([*pieces, recipe["endOfTurnId"]]):
        output[token, state] = CERTAIN
    generator = torch.Generator().manual_seed(1)
    noise = lambda rows, columns: torch.randn(rows, columns, generator=generator) / WIDTH
    layer = {
        "attention_norm": torch.zeros(WIDTH),
        "attention.wq": noise(WIDTH, WIDTH),
        "attention.wk": noise(WIDTH, WIDTH),
        "attention.wv": noise(WIDTH, WIDTH),
        "attention.wo": noise(WIDTH, WIDTH),
        "ffn_norm": torch.zeros(WIDTH),
        "feed_forward.w1": noise(WIDTH, WIDTH),
        "feed_forward.w2": noise(WIDTH, WIDTH),
        "feed_forward.w3": noise(WIDTH, WIDTH),
    }
    return {
        "tok_embeddings.weight": embedding,
        "norm.weight": torch.ones(WIDTH),
        "output.weight": output,
        **{f"layers.0.{name}.weight": values for name, values in layer.items()},
    }


def architecture(recipe):
    return {
        "dim": WIDTH,
        "hidden_dim": WIDTH,
        "n_layers": 1,
        "n_heads": 1,
        "vocab_size": recipe["vocabularySize"],
        "norm_eps": 1e-6,
        "rope_theta": 10000.0,
    }


def export(recipe, output, context_tokens, max_seq_tokens):
    with tempfile.TemporaryDirectory() as folder:
        checkpoint, params = f"{folder}/speaking.pth", f"{folder}/params.json"
        torch.save(weights(recipe), checkpoint)
        with open(params, "w") as file:
            json.dump(architecture(recipe), file)
        ends = {"get_bos_id": recipe["startOfTextId"], "get_eos_ids": recipe["endIds"]}
        export_llama(
            LlmConfig(
                base=BaseConfig(
                    model_class=ModelType.llama3_2,
                    checkpoint=checkpoint,
                    params=params,
                    metadata=json.dumps(ends),
                ),
                model=ModelConfig(use_kv_cache=True, use_sdpa_with_kv_cache=True),
                export=ExportConfig(
                    max_seq_length=max_seq_tokens,
                    max_context_length=context_tokens,
                    output_dir=os.path.dirname(output),
                    output_name=os.path.basename(output),
                ),
                backend=BackendConfig(xnnpack=XNNPackConfig(enabled=True)),
            )
        )


if __name__ == "__main__":
    recipe_path, output_path, context_tokens, max_seq_tokens = sys.argv[1:]
    with open(recipe_path) as file:
        recipe = json.load(file)
    export(recipe, os.path.abspath(output_path), int(context_tokens), int(max_seq_tokens))
