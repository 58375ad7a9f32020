namespace DepthVla.Robot.Contracts.Errors;

/// <summary>Why the server refused: the stable names in ErrorInfo, in outcomes and in metrics.</summary>
public static class Reasons
{
    /// <summary>The weights are still being loaded or warmed up.</summary>
    public const string Loading = "LOADING";

    /// <summary>The weights could not be loaded; the server is about to end.</summary>
    public const string LoadFailed = "LOAD_FAILED";

    /// <summary>The policy's device failed or ran out of memory; the server is about to end, and a new one could serve.</summary>
    public const string PolicyLost = "POLICY_LOST";

    /// <summary>The server serves another model now, which does not fit what was agreed; open another session.</summary>
    public const string ModelChanged = "MODEL_CHANGED";

    /// <summary>Nothing can be loaded: the server was given no folder of models.</summary>
    public const string NoModelsFolder = "NO_MODELS_FOLDER";

    /// <summary>The path names no checkpoint below the folder of models.</summary>
    public const string ModelPathRefused = "MODEL_PATH_REFUSED";

    /// <summary>The checkpoint cannot be used; the message says why.</summary>
    public const string ModelUnusable = "MODEL_UNUSABLE";

    /// <summary>There is not the memory for a second model.</summary>
    public const string MemoryShort = "MEMORY_SHORT";

    /// <summary>Another change of models is under way.</summary>
    public const string ModelBusy = "MODEL_BUSY";

    /// <summary>No model is served under that name, or none was named where there are several.</summary>
    public const string ModelNotServed = "MODEL_NOT_SERVED";

    /// <summary>No model of that name or hash stands by.</summary>
    public const string ModelUnknown = "MODEL_UNKNOWN";

    /// <summary>Sessions are open that the model does not fit.</summary>
    public const string SessionsDoNotFit = "SESSIONS_DO_NOT_FIT";

    /// <summary>The server is going away.</summary>
    public const string Draining = "DRAINING";

    /// <summary>Another stream commands this robot.</summary>
    public const string RobotTaken = "ROBOT_TAKEN";

    /// <summary>The caller showed neither a certificate nor a token.</summary>
    public const string CredentialsMissing = "CREDENTIALS_MISSING";

    /// <summary>The caller's certificate is signed by nobody who may, over, or revoked.</summary>
    public const string CertificateRefused = "CERTIFICATE_REFUSED";

    /// <summary>The caller's token is none that the server knows.</summary>
    public const string TokenRefused = "TOKEN_REFUSED";

    /// <summary>The caller is known, and may not call this.</summary>
    public const string ScopeMissing = "SCOPE_MISSING";

    /// <summary>The caller is known, and may not command this robot.</summary>
    public const string RobotForbidden = "ROBOT_FORBIDDEN";

    /// <summary>As many sessions are open as the server admits.</summary>
    public const string TooManySessions = "TOO_MANY_SESSIONS";

    /// <summary>The other robots were promised so much of the server's time that too little is left for one more.</summary>
    public const string NoCapacity = "NO_CAPACITY";

    /// <summary>The caller opened more sessions, or made more administrative calls, than it may in so short a time.</summary>
    public const string TooManyCalls = "TOO_MANY_CALLS";

    /// <summary>The robot sent far more observations than it was promised answers.</summary>
    public const string TooManyObservations = "TOO_MANY_OBSERVATIONS";

    /// <summary>As many calls without a session are waiting as the server admits.</summary>
    public const string QueueFull = "QUEUE_FULL";

    /// <summary>The stream did not begin with a contract.</summary>
    public const string ContractExpected = "CONTRACT_EXPECTED";

    /// <summary>The contract does not fit the policy.</summary>
    public const string ContractMismatch = "CONTRACT_MISMATCH";

    /// <summary>A second contract came on one stream.</summary>
    public const string ContractRepeated = "CONTRACT_REPEATED";

    /// <summary>Bytes that are no protobuf message, or a message with nothing in it.</summary>
    public const string MalformedMessage = "MALFORMED_MESSAGE";

    /// <summary>A message above the size that the server reads.</summary>
    public const string MessageTooLarge = "MESSAGE_TOO_LARGE";

    /// <summary>The client did not take its answers.</summary>
    public const string ClientNotReading = "CLIENT_NOT_READING";

    /// <summary>Fields that no policy could use: see the violations.</summary>
    public const string FieldInvalid = "FIELD_INVALID";

    /// <summary>The observation names another session.</summary>
    public const string SessionWrong = "SESSION_WRONG";

    /// <summary>The observation's sequence number is not above the one before.</summary>
    public const string SequenceNotRising = "SEQUENCE_NOT_RISING";

    /// <summary>A frame of a camera that is not in the contract, or out of its order.</summary>
    public const string CameraUnknown = "CAMERA_UNKNOWN";

    /// <summary>A frame whose size or encoding is not the contract's.</summary>
    public const string FrameNotAsContracted = "FRAME_NOT_AS_CONTRACTED";

    /// <summary>A frame whose bytes cannot be what it says.</summary>
    public const string FrameDataInvalid = "FRAME_DATA_INVALID";

    /// <summary>Not one value a joint.</summary>
    public const string ProprioceptionInvalid = "PROPRIOCEPTION_INVALID";

    /// <summary>An instruction above the length that the server takes.</summary>
    public const string InstructionTooLong = "INSTRUCTION_TOO_LONG";

    /// <summary>The policy could not use the observation.</summary>
    public const string ObservationUnusable = "OBSERVATION_UNUSABLE";

    /// <summary>The budget was spent before inference could begin.</summary>
    public const string BudgetSpent = "BUDGET_SPENT";

    /// <summary>The policy failed; the server's log says why.</summary>
    public const string PolicyFailed = "POLICY_FAILED";

    /// <summary>A fault of the server; its log says more.</summary>
    public const string Internal = "INTERNAL";
}
