// Numbers of 8 bits, E4M3: sign, 4 of exponent (bias 7), 3 of mantissa; no infinity, 448 at most.

struct alignas(8) BytePack { unsigned int quads[2]; };          // eight of them, the first in the lowest byte of quads[0]

// To nearest, ties to even; what is beyond 448 becomes 448, NaN stays NaN.
static __device__ __forceinline__ unsigned int float8_bits(float number)
{
    unsigned int bits = to_bits(number), sign = (bits >> 24) & 0x80u, size = bits & 0x7FFFFFFFu;
    if (size > 0x7F800000u) return sign | 0x7Fu;
    if (size > 0x43E00000u) size = 0x43E00000u;                  // 448
    if (size < 0x3C800000u)                                      // below 2^-6 in steps of 2^-9, which are those of a float of 2^14
        return sign | (to_bits(from_bits(size) + 16384.0f) - 0x46800000u);
    return sign | (((size + 0x7FFFFu + ((size >> 20) & 1u)) >> 20) - 0x3C0u);
}

// y = x * inverse as 8 bits. x: [packs] packs of bfloat16. Launch: any number of blocks and threads.
extern "C" __global__ void to_float8(const Pack* x, BytePack* y, long long packs, float inverse)
{
    float a[8];
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < packs; i += (long long)gridDim.x * blockDim.x)
    {
        widen(x[i], a);
        BytePack eight = {{0, 0}};
        EACH(j) eight.quads[j >> 2] |= float8_bits(a[j] * inverse) << (8 * (j & 3));
        y[i] = eight;
    }
}
