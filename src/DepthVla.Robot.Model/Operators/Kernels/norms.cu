// Norms over the last dimension, one block a row. Launch: rows blocks of 32 to 1024 threads, a multiple of 32; packs = width / 8.
// Each thread reads its own packs again in every pass: they are in the cache by then.

// normed = x / sqrt(mean(x^2) + epsilon) * scale, in float32, rounded once. With a block: sum = x + block rounded, and that is normed.
// x, block, sum, normed: [rows, 8 packs] bfloat16; block and sum may both be null. scale: [8 packs] float32, 1 + w already.
extern "C" __global__ void rms_norm(
    const Pack* x, const Pack* block, const float* scale, Pack* sum, Pack* normed, int packs, float epsilon)
{
    const Pack* in = x + (long long)blockIdx.x * packs;
    const Pack* added = block ? block + (long long)blockIdx.x * packs : nullptr;
    Pack* total = block ? sum + (long long)blockIdx.x * packs : nullptr;
    Pack* out = normed + (long long)blockIdx.x * packs;

    float squares = 0, a[8], b[8];
    for (int i = threadIdx.x; i < packs; i += blockDim.x)
    {
        widen(in[i], a);
        if (added)
        {
            widen(added[i], b);
            EACH(j) a[j] = rounded(a[j] + b[j]);
            total[i] = narrow(a);
        }
        EACH(j) squares += a[j] * a[j];
    }

    float inverse = 1.0f / sqrtf(block_sum(squares) / (8 * packs) + epsilon);
    const Pack* again = added ? total : in;
    for (int i = threadIdx.x; i < packs; i += blockDim.x)
    {
        widen(again[i], a);
        EACH(j) a[j] = a[j] * inverse * scale[8 * i + j];
        out[i] = narrow(a);
    }
}

// normed = (x - mean) / sqrt(variance + epsilon) * weight + bias, in float32, rounded once. With a block: sum = x + block rounded, and that is normed.
// x, block, sum, normed: [rows, 8 packs]; weight, bias: [8 packs]; all bfloat16. block and sum may both be null.
extern "C" __global__ void layer_norm(
    const Pack* x, const Pack* block, const Pack* weight, const Pack* bias, Pack* sum, Pack* normed, int packs, float epsilon)
{
    const Pack* in = x + (long long)blockIdx.x * packs;
    const Pack* added = block ? block + (long long)blockIdx.x * packs : nullptr;
    Pack* total = block ? sum + (long long)blockIdx.x * packs : nullptr;
    Pack* out = normed + (long long)blockIdx.x * packs;

    float numbers = 0, a[8], b[8], f[8];
    for (int i = threadIdx.x; i < packs; i += blockDim.x)
    {
        widen(in[i], a);
        if (added)
        {
            widen(added[i], b);
            EACH(j) a[j] = rounded(a[j] + b[j]);
            total[i] = narrow(a);
        }
        EACH(j) numbers += a[j];
    }

    float mean = block_sum(numbers) / (8 * packs);
    const Pack* again = added ? total : in;
    float squares = 0;                                           // of what is left without the mean: nothing cancels
    for (int i = threadIdx.x; i < packs; i += blockDim.x)
    {
        widen(again[i], a);
        EACH(j) squares += (a[j] - mean) * (a[j] - mean);
    }

    float inverse = 1.0f / sqrtf(block_sum(squares) / (8 * packs) + epsilon);
    for (int i = threadIdx.x; i < packs; i += blockDim.x)
    {
        widen(again[i], a);
        widen(weight[i], f);
        widen(bias[i], b);
        EACH(j) a[j] = (a[j] - mean) * inverse * f[j] + b[j];
        out[i] = narrow(a);
    }
}
