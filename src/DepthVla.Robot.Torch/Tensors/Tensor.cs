using System.Diagnostics;
using System.Runtime.InteropServices;
using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Torch.Tensors;

/// <summary>A handle on a libtorch tensor. Release it promptly: by a <see cref="TensorScope"/>, or by disposing it.</summary>
/// <remarks>Operators return new tensors and change nothing in place, but for <see cref="Overwrite"/> and <see cref="AddProduct"/>. A tensor may be read from several threads, disposed by one.</remarks>
public sealed unsafe partial class Tensor : IDisposable
{
    private static long _alive;
    private nint _handle;
    private SafeBuffer? _borrowed;

    private Tensor(nint handle)
    {
        _handle = handle;
        Interlocked.Increment(ref _alive);
        Scope = TensorScope.Adopt(this);
    }

    /// <summary>How many tensors of this process have not been disposed.</summary>
    public static long Alive => Interlocked.Read(ref _alive);

    /// <summary>The sizes of its dimensions.</summary>
    public ReadOnlySpan<long> Shape
    {
        get
        {
            Check(LibTorch.GetDim(Handle, out var dims), "dim");
            Check(LibTorch.GetSizes(Handle, out var sizes), "sizes");
            return new ReadOnlySpan<long>(sizes, (int)dims);
        }
    }

    /// <summary>How many elements it has.</summary>
    public long Count
    {
        get
        {
            var count = 1L;
            foreach (var size in Shape) count *= size;
            return count;
        }
    }

    /// <summary>The type of its elements.</summary>
    public DType DType
    {
        get
        {
            Check(LibTorch.GetDType(Handle, out var code), "dtype");
            return DTypes.FromCode(code);
        }
    }

    /// <summary>Where it lives.</summary>
    public TorchDevice Device
    {
        get
        {
            Check(LibTorch.GetDeviceType(Handle, out var type), "device type");
            Check(LibTorch.GetDeviceIndex(Handle, out var index), "device index");
            return TorchDevice.From(type, index);
        }
    }

    internal TensorScope? Scope { get; set; }

    private nint Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(Tensor), "the tensor's scope has ended");

    /// <summary>The size of dimension <paramref name="dim"/>; negative counts from the end.</summary>
    public long Size(int dim) => dim < 0 ? Shape[^-dim] : Shape[dim];

    /// <summary>How many elements apart two neighbours along dimension <paramref name="dim"/> are; negative counts from the end.</summary>
    public long Stride(int dim)
    {
        Check(LibTorch.GetDim(Handle, out var dims), "dim");
        Check(LibTorch.GetStrides(Handle, out var strides), "strides");
        return new ReadOnlySpan<long>(strides, (int)dims)[dim < 0 ? (int)dims + dim : dim];
    }

    /// <summary>A tensor with a copy of <paramref name="values"/>, row-major.</summary>
    public static Tensor From<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape, TorchDevice device = default) where T : unmanaged
    {
        Debug.Assert(values.Length == Elements(shape), "as many values as the shape holds");
        Recording.Refuse("a tensor made from numbers");
        var tensor = Empty(shape, DTypes.Of<T>(), TorchDevice.Cpu);
        values.CopyTo(new Span<T>((void*)tensor.DataPointer, values.Length));
        if (!device.IsCuda) return tensor;
        using (tensor) return tensor.To(device);
    }

    /// <summary>A tensor on the CPU whose elements are yet to be written (<see cref="InPlace"/>), from where they get to <paramref name="device"/> fastest.</summary>
    public static Tensor Staging<T>(ReadOnlySpan<long> shape, TorchDevice device) where T : unmanaged => device.IsCuda
        ? Operator.Call("aten::empty"u8, "memory_format"u8, Argument.Integers(shape.ToArray()), Argument.Optional(DTypes.Of<T>().Code()), Argument.None, Argument.None, Argument.Optional(1), Argument.None)
        : Empty(shape, DTypes.Of<T>(), device);

    /// <summary>A tensor of one repeated value.</summary>
    public static Tensor Full(double value, ReadOnlySpan<long> shape, DType dtype, TorchDevice device = default)
    {
        var (code, type) = (dtype.Code(), device.TypeCode);
        fixed (long* sizes = shape)
        {
            Check(LibTorch.Full(sizes, shape.Length, value, &code, null, &type, device.Index, null, out var handle), "full");
            return new Tensor(handle);
        }
    }

    /// <summary>A CPU tensor over memory that stays another's: no copy. The buffer is kept mapped for as long as the tensor lives.</summary>
    /// <remarks>Views of it share the memory but do not keep it: dispose them first.</remarks>
    internal static Tensor Borrow(SafeBuffer owner, byte* data, ReadOnlySpan<long> shape, DType dtype)
    {
        var strides = RowMajor(shape);
        fixed (long* sizes = shape, steps = strides)
        {
            Check(LibTorch.CreateTensorFromBlob(data, shape.Length, sizes, steps, 0, dtype.Code(), TorchDevice.Cpu.TypeCode, 0, out var handle), "from_blob");
            var tensor = new Tensor(handle) { _borrowed = owner };
            var added = false;
            owner.DangerousAddRef(ref added);
            return tensor;
        }
    }

    /// <summary>The elements, row-major, copied to the heap; converts nothing.</summary>
    public T[] ToArray<T>() where T : unmanaged
    {
        Recording.Refuse("reading a tensor");
        if (DTypes.Of<T>() != DType) throw new InvalidOperationException($"{this} holds {DType.Name()}, not {typeof(T).Name}; convert it with To first");
        using var scope = new TensorScope();
        var source = To(TorchDevice.Cpu).Contiguous();
        return new ReadOnlySpan<T>((void*)source.DataPointer, checked((int)source.Count)).ToArray();
    }

    /// <summary>The elements where they are, row-major: for who makes a tensor on the CPU, before anybody reads it. Valid while the tensor lives.</summary>
    public Span<T> InPlace<T>() where T : unmanaged
    {
        if (DTypes.Of<T>() != DType || Device.IsCuda) throw new InvalidOperationException($"{this} is not a CPU tensor of {typeof(T).Name}");
        return new Span<T>((void*)DataPointer, checked((int)Count));
    }

    /// <summary>Writes the elements, row-major, to <paramref name="stream"/>.</summary>
    public void WriteTo(Stream stream)
    {
        using var scope = new TensorScope();
        var source = To(TorchDevice.Cpu).Contiguous();
        var left = source.Count * source.DType.Size();
        for (var data = (byte*)source.DataPointer; left > 0; data += int.MaxValue, left -= int.MaxValue)
        {
            stream.Write(new ReadOnlySpan<byte>(data, (int)Math.Min(left, int.MaxValue)));
        }
    }

    /// <summary>Takes this out of its scope: from now on the caller disposes it.</summary>
    public Tensor OutliveScope()
    {
        Scope = null;
        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var handle = Interlocked.Exchange(ref _handle, 0);
        if (handle == 0) return;
        Scope = null;
        _ = LibTorch.DeleteTensor(handle);
        _borrowed?.DangerousRelease();
        Interlocked.Decrement(ref _alive);
    }

    /// <summary>Type, shape and device, such as "bfloat16[1, 256, 2048] cpu".</summary>
    public override string ToString() =>
        _handle == 0 ? "disposed" : $"{DType.Name()}[{string.Join(", ", Shape.ToArray())}] {Device}";

    internal static Tensor Own(nint handle) => new(handle);

    /// <summary>A second owning handle, for a call that consumes it.</summary>
    internal nint NewHandle()
    {
        Check(LibTorch.NewTensorHandle(Handle, out var handle), "new handle");
        return handle;
    }

    /// <summary>A row-major tensor whose elements are yet to be written.</summary>
    public static Tensor Empty(ReadOnlySpan<long> shape, DType dtype, TorchDevice device)
    {
        var strides = RowMajor(shape);
        fixed (long* sizes = shape, steps = strides)
        {
            Check(LibTorch.EmptyStrided(shape.Length, sizes, steps, dtype.Code(), device.TypeCode, device.Index, out var handle), "empty");
            return new Tensor(handle);
        }
    }

    /// <summary>Where its first element is, on its device.</summary>
    public nint DataPointer
    {
        get
        {
            Check(LibTorch.GetDataPointer(Handle, out var data), "data pointer");
            return data;
        }
    }

    private static long Elements(ReadOnlySpan<long> shape)
    {
        var count = 1L;
        foreach (var size in shape) count *= size;
        return count;
    }

    private static long[] RowMajor(ReadOnlySpan<long> shape)
    {
        var strides = new long[shape.Length];
        var step = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= Math.Max(shape[i], 1);
        }

        return strides;
    }

    private static void Check(int status, string what)
    {
        if (status != 0) throw new TorchException($"libtorch: {what} failed; it printed the cause to standard error");
    }
}
