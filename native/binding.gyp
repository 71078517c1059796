{
  # One source, compiled once for each instruction set; `addon` chooses among them at run time.
  "variables": {
    "kernel_flags": ["-std=c++17", "-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast", "-fno-exceptions", "-fno-rtti", "-fPIC",
                     # GCC 12 warns about its own header for AVX-512
                     "-Wno-uninitialized", "-Wno-maybe-uninitialized"],
    "kernel_headers": ["<!@(node -p \"require('fs').readdirSync('kernels').filter(n=>n.endsWith('.h')).map(n=>'kernels/'+n).join(' ')\")"]
  },
  "target_defaults": {
    "cflags_cc!": ["-std=gnu++17", "-std=gnu++20", "-fno-exceptions"],
    "cflags_cc": ["-std=c++17", "-Wall", "-Wextra", "-Wno-psabi"],
    "defines": ["NAPI_VERSION=8", "NODE_API_NO_EXTERNAL_BUFFERS_ALLOWED"],
    "xcode_settings": {
      "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
      "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
      "MACOSX_DEPLOYMENT_TARGET": "13.0"
    }
  },
  "targets": [
    {
      "target_name": "pricing",
      "sources": [
        "addon/addon.cc", "addon/american.cc", "addon/columns.cc", "addon/european.cc",
        "addon/later.cc", "addon/operation.cc", "addon/pool.cc", "addon/scenario.cc", "addon/scenarioColumns.cc"
      ],
      "dependencies": ["kernels2"],
      "conditions": [["target_arch=='x64'", {"dependencies": ["kernels4", "kernels8"]}]],
      "cflags_cc": ["-O2", "-fexceptions"],
      "ldflags": ["-Wl,--exclude-libs,ALL"]
    },
    {
      "target_name": "gpu",
      "sources": [
        "addon/columns.cc", "addon/scenarioColumns.cc", "gpu/addon.cc", "gpu/dawnDevice.cc", "gpu/dawnLibrary.cc",
        "gpu/deviceCall.cc", "gpu/deviceThread.cc"
      ],
      "cflags_cc": ["-O2", "-fexceptions"]
    },
    {
      "target_name": "kernels2",
      "type": "static_library",
      "sources": ["kernels/kernels.cc", "<@(kernel_headers)"],
      "defines": ["LANES=2", "KERNELS=lanes2"],
      "cflags_cc": ["<@(kernel_flags)"],
      "xcode_settings": {"OTHER_CPLUSPLUSFLAGS": ["<@(kernel_flags)"]}
    }
  ],
  "conditions": [
    ["target_arch=='x64'", {
      "targets": [
        {
          "target_name": "kernels4",
          "type": "static_library",
          "sources": ["kernels/kernels.cc", "<@(kernel_headers)"],
          "defines": ["LANES=4", "KERNELS=lanes4"],
          "cflags_cc": ["<@(kernel_flags)", "-march=x86-64-v3"],
          "xcode_settings": {"OTHER_CPLUSPLUSFLAGS": ["<@(kernel_flags)", "-march=x86-64-v3"]}
        },
        {
          "target_name": "kernels8",
          "type": "static_library",
          "sources": ["kernels/kernels.cc", "<@(kernel_headers)"],
          "defines": ["LANES=8", "KERNELS=lanes8"],
          "cflags_cc": ["<@(kernel_flags)", "-march=x86-64-v4", "-mtune=icelake-server", "-mprefer-vector-width=512"],
          "xcode_settings": {"OTHER_CPLUSPLUSFLAGS": ["<@(kernel_flags)", "-march=x86-64-v4"]}
        }
      ]
    }]
  ]
}
