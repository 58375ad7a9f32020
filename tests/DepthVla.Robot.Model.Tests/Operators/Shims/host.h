// CUDA's words for a C++ compiler of the host, so that the kernels' own text runs on the CPU: the threads of a block are fibers that
// change at barriers, in ascending or descending order, so that a missing barrier shows in one of the two.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <ucontext.h>
#include <utility>
#include <vector>

#define __device__
#define __global__
#define __forceinline__ inline
#define __shared__ static                                        // one block at a time

struct Index { unsigned int x; };
static Index blockIdx, blockDim, gridDim, threadIdx;

namespace host
{
    constexpr size_t StackBytes = 64 << 10;
    struct Fiber { ucontext_t context; bool ended; std::vector<char> stack = std::vector<char>(StackBytes); };

    static std::vector<Fiber> fibers;
    static ucontext_t scheduler;
    static void (*body)(void*);
    static void* arguments;
    static float lanes[1024];
    static std::mutex one_at_a_time;

    static void enter()
    {
        body(arguments);
        fibers[threadIdx.x].ended = true;
    }

    static void barrier()
    {
        unsigned int self = threadIdx.x;
        swapcontext(&fibers[self].context, &scheduler);
    }

    // Every thread runs to its next barrier, then every thread to the one after: until all have ended.
    static void run_block(bool descending)
    {
        unsigned int threads = blockDim.x, ended = 0;
        for (unsigned int t = 0; t < threads; t++)
        {
            Fiber& fiber = fibers[t];
            fiber.ended = false;
            getcontext(&fiber.context);
            fiber.context.uc_stack.ss_sp = fiber.stack.data();
            fiber.context.uc_stack.ss_size = StackBytes;
            fiber.context.uc_link = &scheduler;
            makecontext(&fiber.context, enter, 0);
        }
        while (ended < threads)
        {
            for (unsigned int i = 0; i < threads; i++)
            {
                threadIdx.x = descending ? threads - 1 - i : i;
                Fiber& fiber = fibers[threadIdx.x];
                if (fiber.ended) { std::fprintf(stderr, "a thread ended while others wait at a barrier\n"); std::abort(); }
                swapcontext(&scheduler, &fiber.context);
            }
            for (unsigned int t = 0; t < threads; t++) ended += fibers[t].ended;
        }
    }

    template <typename... Arguments, size_t... Places>
    static void call(void (*kernel)(Arguments...), void** arguments, std::index_sequence<Places...>)
    {
        kernel(*static_cast<Arguments*>(arguments[Places])...);
    }

    template <auto Kernel, typename... Arguments>
    static void launch(void (*)(Arguments...), unsigned int blocks, unsigned int threads, void** values, bool descending)
    {
        std::lock_guard<std::mutex> lock(one_at_a_time);
        if (fibers.size() < threads) fibers.resize(threads);
        body = [](void* all) { call(Kernel, static_cast<void**>(all), std::index_sequence_for<Arguments...>{}); };
        arguments = values;
        gridDim.x = blocks;
        blockDim.x = threads;
        for (unsigned int block = 0; block < blocks; block++)
        {
            blockIdx.x = block;
            run_block(descending);
        }
    }
}

static void __syncthreads() { host::barrier(); }

static float __shfl_xor_sync(unsigned int, float value, int mask)
{
    host::lanes[threadIdx.x] = value;
    host::barrier();
    float other = host::lanes[threadIdx.x ^ mask];
    host::barrier();
    return other;
}

#define LAUNCHER(kernel) \
    extern "C" void launch_##kernel(unsigned int blocks, unsigned int threads, void** arguments, bool descending) \
    { host::launch<kernel>(kernel, blocks, threads, arguments, descending); }
