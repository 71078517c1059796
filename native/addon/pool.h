// Threads that share the rows of large batches. They start when first needed, sleep between jobs, and end after ten idle seconds.
#pragma once

#include <cstddef>
#include <functional>

/**
 * Gives every row from 0 to `count` to `body(first, count)` once, in pieces whose beginnings are multiples of 64, on up to `threads`
 * threads of which the caller is one, and returns when all are done. Fewer than `grain` rows a thread are not worth a thread.
 * Where another caller has the threads, this one does its rows alone.
 */
void parallelFor(size_t count, size_t grain, unsigned threads, const std::function<void(size_t, size_t)>& body);

/** One more environment may use the threads. */
void retainPool();

/** One environment has ended; with the last one the threads are joined. */
void releasePool();
