using System.Runtime.InteropServices;
using System.Text;

namespace DepthVla.Robot.Simulation.MuJoCo;

/// <summary>A compiled model: immutable once loaded, so that threads may share it.</summary>
internal sealed unsafe class MjModel : IDisposable
{
    private static readonly Lock Loading = new();

    private readonly byte* _struct;

    private MjModel(MjModelHandle handle, Layout layout)
    {
        Handle = handle;
        Layout = layout;
        _struct = (byte*)handle.DangerousGetHandle();
    }

    public MjModelHandle Handle { get; }

    public Layout Layout { get; }

    public int PositionCount => Count("mjModel.nq");

    public int VelocityCount => Count("mjModel.nv");

    public int ActuatorCount => Count("mjModel.nu");

    public int BodyCount => Count("mjModel.nbody");

    /// <summary>s.</summary>
    public double TimeStep => *(double*)At("mjModel.opt.timestep");

    /// <summary>m/s².</summary>
    public ReadOnlySpan<double> Gravity => new(At("mjModel.opt.gravity"), 3);

    /// <summary>The nearest and farthest depth that is rendered, m.</summary>
    public (double Near, double Far) ClipPlanes
    {
        get
        {
            var extent = *(double*)At("mjModel.stat.extent");
            return (*(float*)At("mjModel.vis.map.znear") * extent, *(float*)At("mjModel.vis.map.zfar") * extent);
        }
    }

    public ReadOnlySpan<double> InitialPositions => new(*(double**)At("mjModel.qpos0"), PositionCount);

    /// <summary>Compiles MJCF text.</summary>
    /// <exception cref="FormatException">MuJoCo refuses the text; the message is MuJoCo's.</exception>
    public static MjModel Load(string xml) => Load(xml, MuJoCoLibrary.Layout);

    internal static MjModel Load(string xml, Layout layout)
    {
        // MuJoCo reads files, and its compiler keeps the last model in a global.
        const int errorSize = 1000;
        var error = stackalloc byte[errorSize];
        var folder = Directory.CreateTempSubdirectory("depthvla-");
        try
        {
            var file = Path.Combine(folder.FullName, "model.xml");
            File.WriteAllText(file, xml);
            MjModelHandle handle;
            lock (Loading) handle = MuJoCoApi.mj_loadXML(file, 0, error, errorSize);
            if (handle.IsInvalid)
                throw new FormatException("MuJoCo cannot load the model: " + Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(error)));
            return new MjModel(handle, layout);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public int Body(string name) => Id("mjOBJ_BODY", name);

    public int Joint(string name) => Id("JOINT", name);

    public int Site(string name) => Id("SITE", name);

    public int Camera(string name) => Id("CAM", name);

    public int Actuator(string name) => Id("ACT", name);

    /// <summary>The joint's first index into the positions.</summary>
    public int PositionAddress(int joint) => (*(int**)At("mjModel.jnt_qposadr"))[joint];

    /// <summary>The joint's first index into the velocities and forces.</summary>
    public int VelocityAddress(int joint) => (*(int**)At("mjModel.jnt_dofadr"))[joint];

    /// <summary>The first joint of a body.</summary>
    public int FirstJoint(int body) => (*(int**)At("mjModel.body_jntadr"))[body];

    /// <summary>Lowest and highest position of a joint, rad or m.</summary>
    public (double Min, double Max) Range(int joint)
    {
        var range = *(double**)At("mjModel.jnt_range") + (2 * joint);
        return (range[0], range[1]);
    }

    /// <summary>Vertical field of view of a camera, degrees.</summary>
    public double FieldOfView(int camera) => (*(double**)At("mjModel.cam_fovy"))[camera];

    public void Dispose() => Handle.Dispose();

    private int Id(string kind, string name)
    {
        var id = MuJoCoApi.mj_name2id(Handle, Layout.Constant(kind), name);
        return id >= 0 ? id : throw new ArgumentException($"The model has no {kind} named '{name}'.", nameof(name));
    }

    // Sizes are 32 bits wide up to 3.3 and 64 from 3.9 on.
    private int Count(string field) => Layout[field].Size == 8 ? checked((int)*(long*)At(field)) : *(int*)At(field);

    private byte* At(string field)
    {
        ObjectDisposedException.ThrowIf(Handle.IsClosed, this);
        return _struct + Layout[field].Offset;
    }
}
