# One condition of whisper.cpp 1.8.3, corrected in the copy that cargo builds (CMake reads this file after `project`).
# Its AMX kernels for Q8_0 multiply rows of any whole number of 32-value blocks, but its condition lets them have only rows
# of a multiple of 2,048 values, which leaves out most of Whisper's matrices. Upstream asks for whole blocks since
# ggml-org/llama.cpp#19925. f16 keeps the old condition: what it would get is no AMX kernel.
# When whisper-rs brings a newer whisper.cpp this file has nothing to do, says so, and can go.
set(source "${CMAKE_SOURCE_DIR}/ggml/src/ggml-cpu/amx/amx.cpp")
set(old "op->src[0]->ne[0] % (TILE_K * 2 * 32) == 0")
set(new "op->src[0]->ne[0] % (op->src[0]->type == GGML_TYPE_Q8_0 ? TILE_K : TILE_K * 2 * 32) == 0")
file(READ "${source}" text)
string(FIND "${text}" "${old}" is_old)
string(FIND "${text}" "${new}" is_new)
if(NOT is_old EQUAL -1)
  string(REPLACE "${old}" "${new}" text "${text}")
  file(WRITE "${source}" "${text}")
elseif(is_new EQUAL -1)
  message(FATAL_ERROR ".cargo/whisper.cmake: ${source} has another condition than whisper.cpp 1.8.3; this file can go")
endif()
