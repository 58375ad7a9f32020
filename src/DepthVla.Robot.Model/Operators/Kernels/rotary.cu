// One product's queries, keys and values to where attention reads them; queries and keys turned by position. Launch: batch * tokens blocks, any threads.
// all: [batch, tokens, heads + 2 kv, head] bfloat16. cos, sin: [batch, tokens, head] float32, sin with a minus in its first half; rows apart by
// angles_batch numbers, 0 where all rows share them. query: [batch, heads, tokens, head]. keys, values: a token begins at
// batch * of_batch + head * of_head + token * of_token packs, as in a room within a longer cache. head is 16 half_packs numbers.
// (x * cos) + (x, halves changed, * sin) in float32, each product rounded to float32, the sum once to bfloat16.
extern "C" __global__ void split_and_turn(
    const Pack* all, const float* cos, const float* sin, Pack* query, Pack* keys, Pack* values, int tokens, int heads, int kv, int half_packs,
    long long angles_batch, long long of_batch, long long of_head, long long of_token)
{
    int batch = blockIdx.x / tokens, token = blockIdx.x % tokens;
    const Pack* in = all + (long long)blockIdx.x * (heads + 2 * kv) * 2 * half_packs;
    const float* c = cos + batch * angles_batch + (long long)token * 16 * half_packs;
    const float* s = sin + batch * angles_batch + (long long)token * 16 * half_packs;
    long long place = batch * of_batch + token * of_token;

    float first[8], second[8], a[8], b[8];
    for (int i = threadIdx.x; i < (heads + 2 * kv) * half_packs; i += blockDim.x)
    {
        int head = i / half_packs, at = i % half_packs;
        Pack one = in[head * 2 * half_packs + at], other = in[head * 2 * half_packs + half_packs + at];
        Pack* out = head < heads ? query + (((long long)batch * heads + head) * tokens + token) * 2 * half_packs
            : head < heads + kv ? keys + place + (head - heads) * of_head
            : values + place + (head - heads - kv) * of_head;
        if (head < heads + kv)
        {
            widen(one, first);
            widen(other, second);
            EACH(j)
            {
                int low = 8 * at + j, high = low + 8 * half_packs;
                a[j] = first[j] * c[low] + second[j] * s[low];
                b[j] = second[j] * c[high] + first[j] * s[high];
            }
            one = narrow(a);
            other = narrow(b);
        }
        out[at] = one;
        out[at + half_packs] = other;
    }
}
