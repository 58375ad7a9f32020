using System.Runtime.InteropServices;

namespace DepthVla.Robot.Imaging.Codecs;

/// <summary>The TurboJPEG 2 C interface, as far as it is used. Every function but the initialisers returns 0 or -1.</summary>
internal static unsafe partial class TurboJpeg
{
    public const int PixelFormatRgb = 0;
    public const int FlagNoRealloc = 1 << 10;
    public const int FlagAccurateDct = 1 << 12;
    public const int FlagStopOnWarning = 1 << 13;
    public const int FlagLimitScans = 1 << 15;

    private const string Library = "libturbojpeg.so.0";

    private static readonly SystemLibrary Installed = new(Library, "libturbojpeg0");

    [LibraryImport(Library)]
    public static partial int tjDecompressHeader3(
        nint handle, byte* jpeg, nuint jpegBytes, out int width, out int height, out int subsampling, out int colorSpace);

    [LibraryImport(Library)]
    public static partial int tjDecompress2(
        nint handle, byte* jpeg, nuint jpegBytes, byte* pixels, int width, int stride, int height, int pixelFormat, int flags);

    [LibraryImport(Library)]
    public static partial int tjCompress2(
        nint handle, byte* pixels, int width, int stride, int height, int pixelFormat,
        ref byte* jpeg, ref nuint jpegBytes, int subsampling, int quality, int flags);

    [LibraryImport(Library)]
    public static partial nuint tjBufSize(int width, int height, int subsampling);

    [LibraryImport(Library)]
    private static partial nint tjInitDecompress();

    [LibraryImport(Library)]
    private static partial nint tjInitCompress();

    [LibraryImport(Library)]
    private static partial nint tjGetErrorStr2(nint handle);

    [LibraryImport(Library)]
    private static partial int tjDestroy(nint handle);

    /// <summary>A handle for the length of one call.</summary>
    /// <remarks>
    /// Made anew for each picture: a handle is not thread-safe and keeps the tables of what it has read, so that a broken or malicious file
    /// would spoil the next robot's. It costs 0.3 microseconds, and as a struct nothing on the heap.
    /// </remarks>
    public readonly ref struct TurboHandle
    {
        private readonly nint _handle;

        private TurboHandle(nint handle) => _handle = handle == 0
            ? throw new InvalidOperationException("libturbojpeg could not set itself up: is memory short?")
            : handle;

        /// <summary>What the last failed call says about it.</summary>
        public string Error => Marshal.PtrToStringUTF8(tjGetErrorStr2(_handle)) ?? "no reason given";

        public static implicit operator nint(TurboHandle handle) => handle._handle;

        public static TurboHandle ForDecompressing()
        {
            Installed.Require();
            return new(tjInitDecompress());
        }

        public static TurboHandle ForCompressing()
        {
            Installed.Require();
            return new(tjInitCompress());
        }

        public void Dispose() => _ = tjDestroy(_handle);
    }
}
