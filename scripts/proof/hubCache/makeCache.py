"""Downloads a file with Hugging Face's own library, and prints what the library says about its cache afterwards."""

import json
import sys

from huggingface_hub import hf_hub_download, scan_cache_dir

repository, file_name = sys.argv[1:]
path = hf_hub_download(repository, file_name)
cached = [repo.repo_id for repo in scan_cache_dir().repos]
print(json.dumps({"path": path, "cached": cached}))
