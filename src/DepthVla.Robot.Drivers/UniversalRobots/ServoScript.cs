using System.Globalization;

namespace DepthVla.Robot.Drivers.UniversalRobots;

/// <summary>The program that the controller runs for us: it fetches joint targets from this computer and follows them.</summary>
/// <remarks>
/// <para>1. It connects back and says which of our starts it belongs to.
/// 2. It reads a message at a time. None within a read timeout counts as missed; too many in a row end it. So does the end of the connection,
/// where each read comes back at once with nothing.
/// 3. A second thread runs servoj once a controller cycle on the newest target, once there is one.
/// 4. A message may let people move the arm (freedrive_mode); the next of another kind has the controller hold it where it is.
/// 5. However it ends, it stops the arm with stopj, or ends its free drive, and says why.</para>
/// <para>Source: URScript manual, "Connecting to URControl" (the program's form), modules "motion" and "interfaces".</para>
/// </remarks>
internal static class ServoScript
{
    public const double ReadTimeoutSeconds = 0.02;

    // Behind the count that a read begins with come mark, number and kind; then the joints.
    private static readonly string Target = string.Join(", ", Enumerable.Range(4, 6).Select(i => $"message[{i}] / 1000000.0"));

    /// <summary>The program's text: ASCII, its first and last line unindented, as port 30002 wants it.</summary>
    /// <param name="options">Checked.</param>
    /// <param name="host">This computer, as the controller may dial it.</param>
    /// <param name="port">Where this computer listens.</param>
    /// <param name="hello">What the script says first.</param>
    public static string Text(UniversalRobotsOptions options, string host, int port, int hello) => string.Create(CultureInfo.InvariantCulture, $"""
        def depthvla_arm():
          global goal = get_actual_joint_positions()
          global following = False
          free = False
          global cycle = get_steptime()
          thread follow():
            while following:
              enter_critical
              q = goal
              exit_critical
              servoj(q, t=cycle, lookahead_time={options.LookaheadTime.TotalSeconds}, gain={options.Gain})
            end
            stopj({options.StopDeceleration})
          end
          if not socket_open("{host}", {port}, "depthvla"):
            textmsg("depthvla: cannot connect to {host}:{port}")
            halt
          end
          socket_send_int({hello}, "depthvla")
          follower = 0
          number = 0
          missed = 0
          ending = 0
          while ending == 0:
            message = socket_read_binary_integer({ServoMessage.Integers}, "depthvla", {ReadTimeoutSeconds})
            if message[0] != {ServoMessage.Integers}:
              missed = missed + 1
              if missed >= {options.MissedReads}:
                ending = {(int)ServoEnd.TimedOut}
              end
            elif message[1] != {ServoMessage.Mark} or message[2] != number:
              ending = {(int)ServoEnd.OutOfStep}
            elif message[3] == {(int)ServoKind.Goodbye}:
              ending = {(int)ServoEnd.Goodbye}
            else:
              missed = 0
              number = number + 1
              if number == {ServoMessage.Numbers}:
                number = 0
              end
              if message[3] == {(int)ServoKind.Free}:
                if following:
                  following = False
                  join follower
                end
                if not free:
                  free = True
                  freedrive_mode()
                end
              elif free:
                free = False
                end_freedrive_mode()
              end
              if message[3] == {(int)ServoKind.Follow}:
                target = [{Target}]
                if not following:
                  goal = get_actual_joint_positions()
                end
                joint = 0
                while joint < 6:
                  if norm(target[joint] - goal[joint]) > {options.MaxTargetStep}:
                    ending = {(int)ServoEnd.TooFar}
                  end
                  joint = joint + 1
                end
                if ending == 0:
                  enter_critical
                  goal = target
                  exit_critical
                  if not following:
                    following = True
                    follower = run follow()
                  end
                end
              end
            end
          end
          if following:
            following = False
            join follower
          end
          if free:
            end_freedrive_mode()
          end
          socket_send_int(ending, "depthvla")
          socket_close("depthvla")
        end

        """);
}
