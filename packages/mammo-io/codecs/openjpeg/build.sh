#!/bin/sh
# Builds openjpeg.wasm from the source of OpenJPEG 2.5.4: sh build.sh SOURCE OUTPUT
# Debian 12: apt-get install clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32
set -eu
here=$(cd "$(dirname "$0")" && pwd)
library="$1/src/lib/openjp2"
config=$(mktemp -d)
trap 'rm -r "$config"' EXIT
cp "$here/emmintrin.h" "$config/xmmintrin.h"
printf '#define OPJ_VERSION_MAJOR 2\n#define OPJ_VERSION_MINOR 5\n#define OPJ_VERSION_BUILD 4\n' > "$config/opj_config.h"
printf '#define OPJ_PACKAGE_VERSION "2.5.4"\n#define OPJ_HAVE_INTTYPES_H 1\n#define OPJ_HAVE_POSIX_MEMALIGN 1\n' > "$config/opj_config_private.h"
printf "double opj_clock(void) { return 0; }\nchar *getenv(const char *name) { (void) name; return 0; }\n" > "$config/environment.c"
sources="$here/decoder.c $config/environment.c"
for name in bio cio dwt event function_list ht_dec image invert j2k jp2 mct mqc openjpeg opj_malloc pi sparse_array t1 t2 tcd tgt thread; do
  sources="$sources $library/$name.c"
done
# shellcheck disable=SC2086
clang-14 --target=wasm32-wasi -mexec-model=reactor -O3 -msimd128 -DNDEBUG \
  -D__SSE__ -D__SSE2__ -DMUTEX_stub -DOPJ_STATIC -DOPJ_HAVE_INTTYPES_H=1 -w \
  -I"$config" -I"$here" -I"$library" \
  -Wl,--gc-sections -Wl,--strip-all -Wl,-z,stack-size=1048576 -Wl,--max-memory=4294967296 \
  $sources -o "$2"
