using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Imaging.Tests.Codecs;

public sealed class SystemLibraryTests
{
    [Fact]
    public void Require_MissingLibrary_NamesThePackageToInstall()
    {
        var error = Assert.Throws<DllNotFoundException>(() => new SystemLibrary("libnowhere.so.7", "libnowhere7").Require());
        Assert.Equal("libnowhere.so.7 is missing. Install it with: apt-get install libnowhere7", error.Message);
    }
}
