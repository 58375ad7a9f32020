// What the kernels share. No headers: NVRTC needs none, and the tests compile the same text for the host.
// Numbers lie in memory as bfloat16, eight to a load of 16 bytes, and are computed with as float32.

// For each number of a pack; unrolled, so that arrays of eight lie in registers.
#define EACH(j) _Pragma("unroll") for (int j = 0; j < 8; j++)

struct alignas(16) Pack { unsigned int pairs[4]; };              // eight bfloat16, the first in the lower half of pairs[0]

static __device__ __forceinline__ float from_bits(unsigned int bits)
{
    union { unsigned int bits; float number; } both;
    both.bits = bits;
    return both.number;
}

static __device__ __forceinline__ unsigned int to_bits(float number)
{
    union { unsigned int bits; float number; } both;
    both.number = number;
    return both.bits;
}

// The eight numbers of a pack, widened.
static __device__ __forceinline__ void widen(const Pack& pack, float* numbers)
{
    _Pragma("unroll") for (int i = 0; i < 4; i++)
    {
        numbers[2 * i] = from_bits(pack.pairs[i] << 16);
        numbers[2 * i + 1] = from_bits(pack.pairs[i] & 0xFFFF0000u);
    }
}

// To nearest, ties to even; NaN stays NaN.
static __device__ __forceinline__ unsigned int narrow_bits(float number)
{
    unsigned int bits = to_bits(number);
    if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return 0x7FC0u;
    return (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16;
}

static __device__ __forceinline__ float rounded(float number) { return from_bits(narrow_bits(number) << 16); }

static __device__ __forceinline__ Pack narrow(const float* numbers)
{
    Pack pack;
    _Pragma("unroll") for (int i = 0; i < 4; i++) pack.pairs[i] = narrow_bits(numbers[2 * i]) | (narrow_bits(numbers[2 * i + 1]) << 16);
    return pack;
}

// The sum over all threads of the block, known to each; all of them must come. At most 1024 threads, a multiple of 32.
static __device__ __forceinline__ float block_sum(float value)
{
    __shared__ float of_warp[32];
    for (int distance = 16; distance > 0; distance >>= 1) value += __shfl_xor_sync(0xFFFFFFFFu, value, distance);
    __syncthreads();                                             // what was read last time has been read
    if ((threadIdx.x & 31) == 0) of_warp[threadIdx.x >> 5] = value;
    __syncthreads();
    float sum = 0;
    for (unsigned int warp = 0; warp < blockDim.x >> 5; warp++) sum += of_warp[warp];   // in one order for all: the same bits everywhere
    return sum;
}
