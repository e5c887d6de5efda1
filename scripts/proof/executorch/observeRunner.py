"""Plays scenarios on ExecuTorch's own runner for text models and prints what it did, as JSON.

usage: observeRunner.py SCENARIOS FOLDER

FOLDER holds tokenizer.json and the .pte files that the scenarios name. The bindings don't tell the code
of a refusal: it is measured by running the model's method with the same tokens at the same place.
"""

import glob
import importlib.util
import json
import os
import platform
import re
import sys
import tempfile
import time
from contextlib import contextmanager
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.metadata import version

import executorch
import torch
from executorch.extension.llm.custom_ops import custom_ops  # noqa: F401, registers its operators
from executorch.extension.pybindings import portable_lib
from tokenizers import Tokenizer


def load_bindings():
    # The package around them wants `transformers`, for models that see pictures.
    package = list(executorch.__path__)[0]
    [path] = glob.glob(f"{package}/extension/llm/runner/_llm_runner*{EXTENSION_SUFFIXES[-1]}")
    spec = importlib.util.spec_from_file_location("_llm_runner", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


bindings = load_bindings()
STATISTICS = [name for name in dir(bindings.Stats) if re.fullmatch("[a-z_]+_(ms|tokens)", name)]


@contextmanager
def captured_output():
    """Both streams as the C++ writes them; a list that holds their text afterwards."""
    lines, streams = [], (1, 2)
    with tempfile.TemporaryFile() as file:
        sys.stdout.flush()
        kept = [os.dup(stream) for stream in streams]
        for stream in streams:
            os.dup2(file.fileno(), stream)
        try:
            yield lines
        finally:
            for stream, copy in zip(streams, kept):
                os.dup2(copy, stream)
                os.close(copy)
            file.seek(0)
            lines.extend(file.read().decode(errors="replace").splitlines())


class Stage:
    """One runner, and what the method underneath it has been given so far."""

    def __init__(self, folder, model):
        self.path = f"{folder}/{model['file']}"
        self.longest_chunk = model["maxSeqTokens"]
        self.tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
        self.runner = bindings.TextLLMRunner(self.path, f"{folder}/tokenizer.json")
        self.position = 0

    def play(self, call):
        return getattr(self, call["call"])(**{k: v for k, v in call.items() if k != "call"})

    def stop(self):
        self.runner.stop()
        return {}

    def reset(self):
        self.runner.reset()
        self.position = 0
        return {}

    def prefill(self, text):
        tokens = self.tokenizer.encode(text).ids
        try:
            with captured_output():
                self.runner.prefill(text, bindings.GenerationConfig())
        except RuntimeError:
            return {"refused": {"code": self.code_of(tokens)}}
        self.position += len(tokens)
        return {"tokens": len(tokens)}

    def generate(self, prompt, config=None, stopAtPiece=None):
        names = {"maxNewTokens": "max_new_tokens", "seqLen": "seq_len"}
        options = {names.get(key, key): value for key, value in (config or {}).items()}
        pieces, statistics = [], []

        def hear(piece):
            pieces.append(piece)
            if len(pieces) == stopAtPiece:
                self.runner.stop()

        try:
            with captured_output() as log:
                self.runner.generate(
                    prompt, bindings.GenerationConfig(**options), hear, statistics.append
                )
        except RuntimeError:
            reasons = [line for line in log if re.match("E .*text_llm_runner", line)]
            return {"pieces": pieces, "refused": {"says": reasons[-1].split("] ", 1)[1]}}
        [told] = statistics
        resolved = next(filter(None, (re.search(r"given pos_ (\d+)", line) for line in log)))
        self.position = int(resolved[1]) + told.num_generated_tokens
        return {
            "pieces": pieces,
            "promptTokens": told.num_prompt_tokens,
            "generatedTokens": told.num_generated_tokens,
            "positionAfterPrompt": int(resolved[1]),
        }

    def code_of(self, tokens):
        method = portable_lib._load_for_executorch(self.path)
        for start in range(0, len(tokens), self.longest_chunk):
            chunk = torch.tensor([tokens[start : start + self.longest_chunk]])
            try:
                with captured_output():
                    method.forward([chunk, torch.tensor([self.position + start])])
            except RuntimeError as error:
                return int(re.search("0x[0-9a-f]+", str(error))[0], 16)
        raise AssertionError("the method takes what its runner refuses")


def observe(scenario, folder):
    with captured_output():
        stage = Stage(folder, scenario["model"])
    return {**scenario, "results": [stage.play(call) for call in scenario["calls"]]}


def clock(folder, scenario):
    """Whether times are told in milliseconds since 1970, and which there are."""
    with captured_output():
        stage = Stage(folder, scenario["model"])
        told = []
        before = time.time() * 1000
        stage.runner.generate("x", bindings.GenerationConfig(max_new_tokens=2), None, told.append)
        after = time.time() * 1000
    start = told[0].inference_start_ms
    return {"names": STATISTICS, "areMillisecondsSince1970": before - 1 <= start <= after}


def default_config():
    config = bindings.GenerationConfig()
    return {
        "echo": config.echo,
        "maxNewTokens": config.max_new_tokens,
        "seqLen": config.seq_len,
        "temperature": round(config.temperature, 6),
    }


if __name__ == "__main__":
    scenarios_path, folder = sys.argv[1:]
    with open(scenarios_path) as file:
        scenarios = json.load(file)
    packages = ("executorch", "torch", "torchao", "pytorch-tokenizers", "tokenizers")
    print(
        json.dumps(
            {
                "versions": {
                    "python": platform.python_version(),
                    **{name: version(name) for name in packages},
                },
                "defaults": default_config(),
                "statistics": clock(folder, scenarios[0]),
                "scenarios": [observe(scenario, folder) for scenario in scenarios],
            }
        )
    )
