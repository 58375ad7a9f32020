using System.Runtime.InteropServices;

namespace DepthVla.Robot.Imaging.Codecs;

/// <summary>libpng 1.6's simplified interface, as far as it is used. Functions return 0 on failure and then say why in the image.</summary>
internal static unsafe partial class LibPng
{
    public const uint FormatRgb = 2;

    /// <summary>One 16-bit sample a pixel, in the machine's byte order, as it is.</summary>
    public const uint FormatLinearGrey = 4;

    /// <summary>Write quickly rather than small.</summary>
    public const uint FlagFast = 2;

    /// <summary>Read 16-bit pictures that say nothing about gamma as sRGB, as everyone writes them, not as linear light.</summary>
    public const uint Flag16BitSrgb = 4;

    private const string Library = "libpng16.so.16";

    private static readonly SystemLibrary Installed = new(Library, "libpng16-16");

    /// <summary>An image structure as the library wants it before the first call.</summary>
    public static Image NewImage()
    {
        Installed.Require();
        return new Image { Version = 1 };
    }

    [LibraryImport(Library)]
    public static partial int png_image_begin_read_from_memory(ref Image image, byte* png, nuint pngBytes);

    [LibraryImport(Library)]
    public static partial int png_image_finish_read(ref Image image, in Color background, byte* pixels, int stride, nint colormap);

    [LibraryImport(Library)]
    public static partial int png_image_write_to_memory(
        ref Image image, byte* png, ref nuint pngBytes, int convertTo8Bit, byte* pixels, int stride, nint colormap);

    [LibraryImport(Library)]
    public static partial void png_image_free(ref Image image);

    /// <summary>The C struct png_image, version 1.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Image
    {
        public nint Opaque;
        public uint Version;
        public uint Width;
        public uint Height;
        public uint Format;
        public uint Flags;
        public uint ColormapEntries;
        public uint WarningOrError;
        public fixed byte Message[64];

        /// <summary>What the last failed call says about it.</summary>
        public readonly string Error
        {
            get
            {
                fixed (byte* message = Message) return Marshal.PtrToStringUTF8((nint)message) ?? "";
            }
        }
    }

    /// <summary>The C struct png_color.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Color
    {
        public byte Red;
        public byte Green;
        public byte Blue;
    }
}
