using System.Runtime.InteropServices;

namespace DepthVla.Robot.Simulation.MuJoCo;

/// <summary>An mjModel of our own.</summary>
internal sealed class MjModelHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        MuJoCoApi.mj_deleteModel(handle);
        return true;
    }
}

/// <summary>An mjData of our own.</summary>
internal sealed class MjDataHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        MuJoCoApi.mj_deleteData(handle);
        return true;
    }
}
