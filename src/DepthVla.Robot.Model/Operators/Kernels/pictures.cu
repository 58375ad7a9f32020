// Bytes of pictures to an encoder's numbers.

struct alignas(16) Quad { float numbers[4]; };

// planes[picture][channel][i] = table[channel][pictures[picture][i][channel]]. Sixteen pixels a turn: three packs of bytes, red, green, blue in turn, to four quads in each plane.
// pictures: [turns][3] packs; table: [3][256]; planes: [pictures][3][turns a picture][4] quads. Launch: any number of blocks and threads.
extern "C" __global__ void byte_planes(const Pack* pictures, const float* table, Quad* planes, long long turns, int turns_a_picture)
{
    unsigned int words[12];
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < turns; i += (long long)gridDim.x * blockDim.x)
    {
        _Pragma("unroll") for (int part = 0; part < 3; part++)
        {
            Pack pack = pictures[3 * i + part];
            _Pragma("unroll") for (int j = 0; j < 4; j++) words[4 * part + j] = pack.pairs[j];
        }
        Quad* plane = planes + (i / turns_a_picture * 3 * turns_a_picture + i % turns_a_picture) * 4;
        _Pragma("unroll") for (int channel = 0; channel < 3; channel++, plane += 4 * turns_a_picture)
        {
            _Pragma("unroll") for (int quad = 0; quad < 4; quad++)
            {
                Quad four;
                _Pragma("unroll") for (int j = 0; j < 4; j++)
                {
                    int at = 3 * (4 * quad + j) + channel;
                    four.numbers[j] = table[256 * channel + ((words[at >> 2] >> (8 * (at & 3))) & 255u)];
                }
                plane[quad] = four;
            }
        }
    }
}
