// CUDA's words for clang without CUDA's headers: enough to see that the kernels are CUDA, and what becomes of them.
#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))
#define __forceinline__ inline __attribute__((always_inline))

struct Index { unsigned int x; };
#define threadIdx (Index{(unsigned int)__nvvm_read_ptx_sreg_tid_x()})
#define blockIdx (Index{(unsigned int)__nvvm_read_ptx_sreg_ctaid_x()})
#define blockDim (Index{(unsigned int)__nvvm_read_ptx_sreg_ntid_x()})
#define gridDim (Index{(unsigned int)__nvvm_read_ptx_sreg_nctaid_x()})

__device__ inline float __shfl_xor_sync(unsigned int mask, float value, int lanes) { return __nvvm_shfl_sync_bfly_f32(mask, value, lanes, 31); }

extern "C" __device__ float expf(float);
extern "C" __device__ float erff(float);
extern "C" __device__ float sqrtf(float);
