namespace DepthVla.Robot.Simulation.MuJoCo;

/// <summary>The state of one simulation of a model. Owned by one thread; reading and stepping allocate nothing.</summary>
internal sealed unsafe class MjData : IDisposable
{
    private readonly MjDataHandle _handle;
    private readonly int _positions, _velocities, _actuators;

    // MuJoCo allocates these arrays once, so their addresses hold for life.
    private readonly double* _time, _qpos, _qvel, _ctrl, _force, _applied, _bias, _bodyPosition, _bodyMatrix, _sitePosition, _siteMatrix, _cameraPosition, _cameraMatrix;

    public MjData(MjModel model)
    {
        Model = model;
        _handle = MuJoCoApi.mj_makeData(model.Handle);
        if (_handle.IsInvalid) throw new InvalidOperationException("MuJoCo cannot allocate the simulation's state.");

        (_positions, _velocities, _actuators) = (model.PositionCount, model.VelocityCount, model.ActuatorCount);
        var data = (byte*)_handle.DangerousGetHandle();
        _time = (double*)(data + model.Layout["mjData.time"].Offset);
        _qpos = Array("mjData.qpos");
        _qvel = Array("mjData.qvel");
        _ctrl = Array("mjData.ctrl");
        _force = Array("mjData.actuator_force");
        _applied = Array("mjData.qfrc_applied");
        _bias = Array("mjData.qfrc_bias");
        _bodyPosition = Array("mjData.xpos");
        _bodyMatrix = Array("mjData.xmat");
        _sitePosition = Array("mjData.site_xpos");
        _siteMatrix = Array("mjData.site_xmat");
        _cameraPosition = Array("mjData.cam_xpos");
        _cameraMatrix = Array("mjData.cam_xmat");

        double* Array(string field) => *(double**)(data + model.Layout[field].Offset);
    }

    public MjModel Model { get; }

    public MjDataHandle Handle => _handle;

    /// <summary>s since the last reset.</summary>
    public double Time => *_time;

    /// <summary>Generalised positions: rad, m, quaternions w x y z.</summary>
    public Span<double> Positions => new(_qpos, _positions);

    public Span<double> Velocities => new(_qvel, _velocities);

    public Span<double> Controls => new(_ctrl, _actuators);

    /// <summary>What the motors gave in the last step, N or N·m.</summary>
    public ReadOnlySpan<double> MotorForces => new(_force, _actuators);

    /// <summary>Generalised forces from outside, N or N·m.</summary>
    public Span<double> AppliedForces => new(_applied, _velocities);

    /// <summary>What gravity, Coriolis and centrifugal forces take to balance, N or N·m.</summary>
    public ReadOnlySpan<double> BiasForces => new(_bias, _velocities);

    /// <summary>World frame, m.</summary>
    public ReadOnlySpan<double> BodyPosition(int body) => new(_bodyPosition + (3 * body), 3);

    /// <summary>Body to world, row by row.</summary>
    public ReadOnlySpan<double> BodyMatrix(int body) => new(_bodyMatrix + (9 * body), 9);

    /// <summary>World frame, m.</summary>
    public ReadOnlySpan<double> SitePosition(int site) => new(_sitePosition + (3 * site), 3);

    /// <summary>Site to world, row by row.</summary>
    public ReadOnlySpan<double> SiteMatrix(int site) => new(_siteMatrix + (9 * site), 9);

    /// <summary>World frame, m.</summary>
    public ReadOnlySpan<double> CameraPosition(int camera) => new(_cameraPosition + (3 * camera), 3);

    /// <summary>Camera to world, row by row; the camera looks along its -z, x to the right.</summary>
    public ReadOnlySpan<double> CameraMatrix(int camera) => new(_cameraMatrix + (9 * camera), 9);

    /// <summary>Back to the model's initial state.</summary>
    public void Reset() => MuJoCoApi.mj_resetData(Model.Handle, _handle);

    /// <summary>Computes everything that follows from positions and velocities: poses, contacts, bias forces.</summary>
    public void Update() => MuJoCoApi.mj_step1(Model.Handle, _handle);

    /// <summary>Moves on by one time step under the present controls; call <see cref="Update"/> before and after.</summary>
    public void Integrate() => MuJoCoApi.mj_step2(Model.Handle, _handle);

    /// <summary>Computes only what a picture needs: the poses of bodies, cameras and lights.</summary>
    public void UpdatePoses()
    {
        MuJoCoApi.mj_kinematics(Model.Handle, _handle);
        MuJoCoApi.mj_comPos(Model.Handle, _handle);
        MuJoCoApi.mj_camlight(Model.Handle, _handle);
    }

    public void Dispose() => _handle.Dispose();
}
