using System.Runtime.InteropServices;

namespace DepthVla.Robot.Imaging.Codecs;

/// <summary>A shared library that comes with the operating system, not with us.</summary>
internal sealed class SystemLibrary(string file, string debianPackage)
{
    private bool _found;

    /// <summary>Returns when the library can be loaded; otherwise says which package brings it.</summary>
    /// <exception cref="DllNotFoundException">It is not there.</exception>
    public void Require()
    {
        if (_found) return;
        if (!NativeLibrary.TryLoad(file, typeof(SystemLibrary).Assembly, null, out _))
            throw new DllNotFoundException($"{file} is missing. Install it with: apt-get install {debianPackage}");
        _found = true;
    }
}
