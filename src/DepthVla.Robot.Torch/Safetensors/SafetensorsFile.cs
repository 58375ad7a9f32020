using System.Collections.Frozen;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Torch.Safetensors;

/// <summary>A safetensors file mapped into memory. Thread-safe.</summary>
/// <remarks>Pages are read when touched, and shared with every other process that maps the file: a 7.7 GB checkpoint opens at once.</remarks>
public sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _data;
    private readonly FrozenDictionary<string, TensorEntry> _byName;

    private SafetensorsFile(string path, SafetensorsHeader header, MemoryMappedFile map, MemoryMappedViewAccessor view)
    {
        (Path, Header, _map, _view) = (path, header, map, view);
        _byName = header.Entries.ToFrozenDictionary(e => e.Name);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _data = start + view.PointerOffset + header.DataStart;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its table of tensors.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>Opens and checks a file.</summary>
    /// <exception cref="SafetensorsException">See <see cref="SafetensorsHeader.Read"/>; the message names the file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        try
        {
            var header = SafetensorsHeader.Read(stream);
            var map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            return new SafetensorsFile(path, header, map, map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read));
        }
        catch (SafetensorsException e)
        {
            throw new SafetensorsException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>True when the file has a tensor of that name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>The table entry of <paramref name="name"/>.</summary>
    /// <exception cref="SafetensorsException">There is none.</exception>
    public TensorEntry Entry(string name) =>
        _byName.TryGetValue(name, out var entry) ? entry : throw new SafetensorsException($"{Path}: no tensor '{name}'");

    /// <summary>A CPU tensor over the mapped bytes, without a copy. Read only: writing to it ends the process.</summary>
    /// <remarks>The mapping outlives this file for as long as the tensor lives.</remarks>
    public Tensor Tensor(string name)
    {
        var entry = Entry(name);
        return Tensors.Tensor.Borrow(_view.SafeMemoryMappedViewHandle, _data + entry.Begin, [.. entry.Shape], entry.DType);
    }

    /// <summary>The mapped bytes of one tensor of less than 2 GiB. Valid until the file is disposed.</summary>
    public ReadOnlySpan<byte> Bytes(string name)
    {
        var entry = Entry(name);
        return new ReadOnlySpan<byte>(_data + entry.Begin, checked((int)entry.Length));
    }

    /// <summary>The elements of one tensor, copied; <typeparamref name="T"/> must be its element type.</summary>
    public T[] Values<T>(string name) where T : unmanaged
    {
        var entry = Entry(name);
        if (entry.DType != DTypes.Of<T>()) throw new SafetensorsException($"{Path}: {entry} was asked for as {typeof(T).Name}");
        return MemoryMarshal.Cast<byte, T>(Bytes(name)).ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_view.SafeMemoryMappedViewHandle.IsClosed) return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }
}
