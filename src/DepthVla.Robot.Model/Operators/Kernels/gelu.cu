// GELU, in float32, rounded once. Launch: any number of blocks and threads; each thread takes every so manieth pack.

// x * sigmoid(2 * sqrt(2/pi) * (x + 0.044715 x^3)): the tanh approximation.
static __device__ __forceinline__ float gelu_of(float x)
{
    float factor = 1.5957691216057308f + 0.071354816272600247f * (x * x);
    return x * (1.0f / (1.0f + expf(-(x * factor))));
}

// The exact one: x/2 + x/2 * erf(x / sqrt(2)). x, y: [packs] packs.
extern "C" __global__ void gelu_erf(const Pack* x, Pack* y, long long packs)
{
    float a[8];
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < packs; i += (long long)gridDim.x * blockDim.x)
    {
        widen(x[i], a);
        EACH(j) a[j] = a[j] * 0.5f + a[j] * 0.5f * erff(a[j] * 0.70710678118654752f);
        y[i] = narrow(a);
    }
}

// y = gelu_tanh(gate) rounded, times up. gate, up: rows of `packs` packs that begin every `stride` packs, as two halves of one product do; y: [rows, packs] packs.
extern "C" __global__ void gated_gelu(const Pack* gate, const Pack* up, Pack* y, long long rows, int packs, int stride)
{
    float a[8], b[8];
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < rows * packs; i += (long long)gridDim.x * blockDim.x)
    {
        long long from = i / packs * stride + i % packs;
        widen(gate[from], a);
        widen(up[from], b);
        EACH(j) a[j] = rounded(gelu_of(a[j])) * b[j];
        y[i] = narrow(a);
    }
}
