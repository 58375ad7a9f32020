// CUDA's words for a C++ compiler of the host, so that the kernels' own text runs on the CPU: the threads of a block are fibers. A warp runs
// alone until all its lanes are at a barrier of the block, then the next; in ascending or descending order. A missing barrier shows in one of the two.
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
    enum Stop { AtWarp, AtBlock, Ended };
    struct Fiber { ucontext_t context; Stop stop; std::vector<char> stack = std::vector<char>(StackBytes); };

    static std::vector<Fiber> fibers;
    static ucontext_t scheduler;
    static void (*body)(void*);
    static void* arguments;
    static float lanes[1024];
    static std::mutex one_at_a_time;

    static void require(bool holds, const char* what)
    {
        if (holds) return;
        std::fprintf(stderr, "kernel: %s\n", what);
        std::abort();
    }

    static void enter()
    {
        body(arguments);
        fibers[threadIdx.x].stop = Ended;
    }

    static void wait(Stop stop)
    {
        Fiber& self = fibers[threadIdx.x];
        self.stop = stop;
        swapcontext(&self.context, &scheduler);
    }

    // Every lane runs to where it stops next; all must stop alike.
    static Stop run_lanes(unsigned int warp, bool descending)
    {
        unsigned int first = 32 * warp, lanes = blockDim.x - first < 32 ? blockDim.x - first : 32;
        for (unsigned int i = 0; i < lanes; i++)
        {
            threadIdx.x = first + (descending ? lanes - 1 - i : i);
            swapcontext(&scheduler, &fibers[threadIdx.x].context);
        }
        for (unsigned int lane = 1; lane < lanes; lane++) require(fibers[first + lane].stop == fibers[first].stop, "lanes of a warp wait for different things");
        return fibers[first].stop;
    }

    static void run_block(bool descending)
    {
        unsigned int threads = blockDim.x, warps = (threads + 31) / 32, ended = 0;
        for (unsigned int t = 0; t < threads; t++)
        {
            Fiber& fiber = fibers[t];
            getcontext(&fiber.context);
            fiber.context.uc_stack.ss_sp = fiber.stack.data();
            fiber.context.uc_stack.ss_size = StackBytes;
            fiber.context.uc_link = &scheduler;
            makecontext(&fiber.context, enter, 0);
        }
        while (ended == 0)
        {
            for (unsigned int i = 0; i < warps; i++)
            {
                Stop stop = AtWarp;
                while (stop == AtWarp) stop = run_lanes(descending ? warps - 1 - i : i, descending);
                ended += stop == Ended;
            }
            require(ended == 0 || ended == warps, "a warp ended while others wait at a barrier");
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

static void __syncthreads() { host::wait(host::AtBlock); }

static float __shfl_xor_sync(unsigned int, float value, int mask)
{
    host::lanes[threadIdx.x] = value;
    host::wait(host::AtWarp);
    float other = host::lanes[threadIdx.x ^ mask];
    host::wait(host::AtWarp);
    return other;
}

#define LAUNCHER(kernel) \
    extern "C" void launch_##kernel(unsigned int blocks, unsigned int threads, void** arguments, bool descending) \
    { host::launch<kernel>(kernel, blocks, threads, arguments, descending); }
